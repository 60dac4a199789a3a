# Writes tests/oracle/reference/time_to_event.json; run from tests/oracle/r.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
data_of <- function(name) read.csv(file.path("../reference/data", paste0(name, ".csv")))
lung <- data_of("lung"); veteran <- data_of("veteran"); rats <- data_of("rats")
fsp <- data_of("fsp_like"); mgus <- data_of("mgus2_cr")
mgus$male <- as.integer(mgus$sex == "M")
times <- c(90, 180, 365, 730)
out <- list(R = R.version.string,
            packages = list(survival = as.character(packageVersion("survival")),
                            cmprsk = as.character(packageVersion("cmprsk"))))

# Kaplan-Meier: clustered error, median with log-log limits, late entry
read_curve <- function(fit, at) {
  s <- summary(fit, times = at)
  list(time = s$time, surv = s$surv, std_err = s$std.err, lower = s$lower, upper = s$upper,
       n_risk = s$n.risk)
}
out$km_cluster <- lapply(0:1, function(arm) read_curve(
  survfit(Surv(time, status == 1) ~ 1, data = fsp[fsp$treat == arm, ], cluster = family_id,
          conf.type = "log-log"), times))
median_of <- function(fit) { q <- quantile(fit, 0.5); c(q$quantile, q$lower, q$upper) }
out$median_log_log <- list(
  lung = median_of(survfit(Surv(time, status) ~ 1, lung, conf.type = "log-log")),
  sex1 = median_of(survfit(Surv(time, status) ~ 1, lung[lung$sex == 1, ], conf.type = "log-log")),
  sex2 = median_of(survfit(Surv(time, status) ~ 1, lung[lung$sex == 2, ], conf.type = "log-log")),
  veteran = median_of(survfit(Surv(time, status) ~ 1, veteran, conf.type = "log-log")))
lung$entry <- ifelse(lung$time > 60, (seq_len(nrow(lung)) %% 4) * 15, 0)
out$km_late_entry <- read_curve(
  survfit(Surv(entry, time, status == 2) ~ 1, lung, conf.type = "log-log"), c(100, 200, 400, 800))

# Actuarial table: half of each interval's censorings leave before its events, half after
width <- 90
interval <- floor(lung$time / width)
half <- rbind(
  data.frame(at = interval[lung$status == 2] + 0.5, event = 1, weight = 1),
  data.frame(at = interval[lung$status == 1] + 0.25, event = 0, weight = 0.5),
  data.frame(at = interval[lung$status == 1] + 0.75, event = 0, weight = 0.5))
actuarial <- survfit(Surv(at, event) ~ 1, half, weights = weight, robust = FALSE)
use <- actuarial$n.event > 0
out$actuarial <- list(interval = actuarial$time[use] - 0.5, effective = actuarial$n.risk[use],
                      events = actuarial$n.event[use], surv = actuarial$surv[use],
                      std_err = (actuarial$std.err * actuarial$surv)[use])

# Restricted mean and time lost
rmean_of <- function(fit, tau) {
  table <- survival:::survmean(fit, rmean = tau)$matrix
  if (is.matrix(table)) table[, c("rmean", "se(rmean)")] else table[c("rmean", "se(rmean)")]
}
out$rmst <- list(
  lung_365 = unname(rmean_of(survfit(Surv(time, status) ~ 1, lung), 365)),
  lung_sex_365 = unname(rmean_of(survfit(Surv(time, status) ~ sex, lung), 365)),
  veteran_200 = unname(rmean_of(survfit(Surv(time, status) ~ trt, veteran), 200)),
  lung_late_entry_365 = unname(rmean_of(survfit(Surv(entry, time, status == 2) ~ 1, lung), 365)))
mgus$state <- factor(mgus$ev, 0:2, c("censor", "pcm", "death"))
ms <- survfit(Surv(etime, state) ~ 1, mgus)
out$time_lost <- list(mgus_120 = summary(ms, rmean = 120)$table,
                      mgus_sex_120 = summary(survfit(Surv(etime, state) ~ sex, mgus), rmean = 120)$table)
# Errors from the influence of each unit that survfit returns: states in the third dimension
influence_of <- function(rows) {
  rows$state <- factor(rows$status, 0:2, c("censor", "repeat", "exit"))
  survfit(Surv(time, state) ~ 1, rows, influence = TRUE)
}
at_time <- function(fit, tau) fit$influence.pstate[, sum(c(0, fit$time) <= tau), 2]
lost_by <- function(fit, tau) {
  grid <- c(0, fit$time)
  used <- grid < tau
  width <- diff(c(grid[used], tau))
  as.vector(fit$influence.pstate[, used, 2] %*% width)
}
arms <- lapply(0:1, function(arm) fsp[fsp$treat == arm, ])
fits <- lapply(arms, influence_of)
families <- unlist(lapply(1:0, function(arm) arms[[arm + 1]]$family_id))
crossing <- unlist(lapply(1:0, function(arm) arms[[arm + 1]]$child_id %% 300))
both <- function(influence, tau) c(influence(fits[[2]], tau), -influence(fits[[1]], tau))
se_of <- function(influence, by) sqrt(sum(rowsum(influence, by)^2))
errors <- function(influence) {
  values <- both(influence, 365)
  list(family = se_of(values, families), crossing = se_of(values, crossing),
       alone = se_of(values, seq_along(families)))
}
out$difference_fsp_365 <- list(incidence = errors(at_time), time_lost = errors(lost_by))

# Log-rank
lr <- function(fit) list(chisq = fit$chisq, obs = fit$obs, exp = fit$exp, var = fit$var)
lung_ecog <- lung[!is.na(lung$ph.ecog), ]
out$log_rank <- list(
  veteran_celltype = lr(survdiff(Surv(time, status) ~ celltype, veteran)),
  veteran_celltype_strat_trt = lr(survdiff(Surv(time, status) ~ celltype + strata(trt), veteran)),
  lung_sex_strat_ecog = lr(survdiff(Surv(time, status) ~ sex + strata(ph.ecog), lung_ecog)))
robust_score <- function(fit) summary(fit)$robscore[["test"]]
lung_inst <- lung[!is.na(lung$inst) & !is.na(lung$ph.ecog) & lung$ph.ecog < 3, ]
out$robust_log_rank <- list(
  fsp_family = robust_score(coxph(Surv(time, status == 1) ~ treat, fsp, cluster = family_id,
                                  ties = "breslow")),
  lung_ecog_inst = robust_score(coxph(Surv(time, status) ~ factor(ph.ecog), lung_inst, cluster = inst,
                                      ties = "breslow")),
  rats_litter = robust_score(coxph(Surv(time, status) ~ rx + strata(sex), rats, cluster = litter,
                                   ties = "breslow")))

# Gray's test
gray <- function(...) { test <- cuminc(...)$Tests; list(stat = test[, "stat"], df = test[, "df"], p = test[, "pv"]) }
mgus$age_group <- cut(mgus$age, c(0, 60, 70, 80, 200), labels = FALSE)
out$gray <- list(
  mgus_sex = gray(mgus$etime, mgus$ev, mgus$sex),
  mgus_age = gray(mgus$etime, mgus$ev, mgus$age_group),
  fsp_treat = gray(fsp$time, fsp$status, fsp$treat),
  fsp_la = gray(fsp$time, fsp$status, fsp$la))

# Cox
cox <- function(fit) list(
  coef = unname(coef(fit)), var = unname(fit$var),
  naive = if (is.null(fit$naive.var)) NULL else unname(fit$naive.var),
  loglik = fit$loglik, score = fit$score, n = fit$n, n_event = fit$nevent)
zph <- function(fit, transform) unname(cox.zph(fit, transform = transform)$table[, c("chisq", "df", "p")])
lung3 <- na.omit(lung[, c("time", "status", "age", "sex", "ph.ecog", "entry")])
veteran$squamous <- as.integer(veteran$celltype == "squamous")
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
cox_tight <- function(...) {
  call <- match.call()
  call[[1]] <- quote(coxph)
  call$control <- quote(tight)
  eval(call, parent.frame())
}
fits <- list(
  lung = cox_tight(Surv(time, status) ~ age + sex + ph.ecog, lung3),
  lung_strata_sex = cox_tight(Surv(time, status) ~ age + ph.ecog + strata(sex), lung3),
  lung_late_entry = cox_tight(Surv(entry, time, status == 2) ~ age + sex + ph.ecog, lung3),
  veteran = cox_tight(Surv(time, status) ~ trt + karno + age, veteran),
  rats_litter = cox_tight(Surv(time, status) ~ rx, rats, cluster = litter),
  rats_litter_strata = cox_tight(Surv(time, status) ~ rx + strata(sex), rats, cluster = litter),
  fsp_family = cox_tight(Surv(time, status == 1) ~ treat + neglect + age, fsp, cluster = family_id),
  fsp_family_strata = cox_tight(Surv(time, status == 1) ~ treat + age + strata(la), fsp,
                            cluster = family_id),
  lung_late_entry_cluster = cox_tight(Surv(entry, time, status == 2) ~ age + sex + strata(ph.ecog),
                                  lung3, cluster = age),
  mgus_pcm = cox_tight(Surv(etime, ev == 1) ~ age + male, mgus),
  mgus_death = cox_tight(Surv(etime, ev == 2) ~ age + male, mgus))
out$cox <- lapply(fits, cox)
out$zph <- lapply(fits[c("lung", "lung_strata_sex", "lung_late_entry", "veteran", "fsp_family")],
  function(fit) list(km = zph(fit, "km"), identity = zph(fit, "identity")))

# Fine-Gray
fg <- function(fit) list(coef = unname(fit$coef), var = unname(fit$var), loglik = fit$loglik,
                         naive = unname(solve(fit$inf)))
out$fine_gray <- list(
  mgus_pcm = fg(crr(mgus$etime, mgus$ev, mgus[, c("age", "male")], failcode = 1, gtol = 1e-12)),
  mgus_death = fg(crr(mgus$etime, mgus$ev, mgus[, c("age", "male")], failcode = 2, gtol = 1e-12)),
  fsp_repeat = fg(crr(fsp$time, fsp$status, fsp[, c("treat", "neglect", "age")], failcode = 1, gtol = 1e-12)))
# Deaths and censorings never fall on the same day here, so that finegray's rule for such ties is
# the same as crr's; families as clusters, weights taken as known.
apart <- fsp
apart$time <- apart$time + ifelse(apart$status == 0, 0.5, 0)
apart$state <- factor(apart$status, 0:2, c("censor", "repeat", "exit"))
long <- finegray(Surv(time, state) ~ ., data = apart, etype = "repeat")
clustered <- coxph(Surv(fgstart, fgstop, fgstatus) ~ treat + neglect + age, long, weights = fgwt,
                   cluster = family_id, ties = "breslow",
                   control = tight)
out$fine_gray$fsp_apart_family <- list(coef = unname(coef(clustered)), var = unname(clustered$var))

write_json(out, "../reference/time_to_event.json", digits = NA, auto_unbox = TRUE, pretty = TRUE, matrix = "rowmajor", null = "null")
