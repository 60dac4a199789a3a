# Writes tests/oracle/reference/repeat_plans.json; run from tests/oracle/r, after repeat_plans_data.py.
suppressMessages({library(survival); library(cmprsk); library(jsonlite)})
d <- read.csv("../reference/data/southampton_returns.csv")
d$state <- factor(d$event, 0:2, c("censor", "return", "competing"))
d$category <- factor(d$category, c("NEG", "EMO", "PHY", "SAB", "MUL"))
d$aspects <- factor(d$da + d$mh + d$misuse)
d$worker <- factor(d$worker)
d$closed_to <- factor(d$closed_to, c("child_in_need", "closed", "looked_after"))
d$not_sustained <- 1 - d$sustained_change
d$incomplete <- 1 - d$interventions_complete
out <- list(R = R.version.string,
            packages = list(survival = as.character(packageVersion("survival")),
                            cmprsk = as.character(packageVersion("cmprsk"))))

# Cumulative incidence and time lost, families as clusters: errors from each unit's influence
curve <- function(rows, at, tau = NULL) {
  fit <- survfit(Surv(days, state) ~ 1, rows, influence = TRUE)
  se_of <- function(values) sqrt(sum(rowsum(values, rows$family)^2))
  place <- function(t) sum(c(0, fit$time) <= t)
  found <- list(day = at, share = summary(fit, times = at)$pstate[, 2],
                std_err = sapply(at, function(t) se_of(fit$influence.pstate[, place(t), 2])))
  if (!is.null(tau)) {
    grid <- c(0, fit$time); used <- grid < tau; width <- diff(c(grid[used], tau))
    found$lost <- sum(c(0, fit$pstate[, 2])[used] * width)
    found$lost_std_err <- se_of(as.vector(fit$influence.pstate[, used, 2] %*% width))
  }
  found
}
windows <- c(365, 730, 1825)
out$all <- curve(d, windows, 1825)
naive <- summary(survfit(Surv(days, event == 1) ~ 1, d, cluster = family, conf.type = "log-log"),
                 times = windows)
out$naive <- list(share = 1 - naive$surv, low = 1 - naive$upper, high = 1 - naive$lower)
out$by_aspects <- lapply(split(d, d$aspects), curve, at = windows, tau = 1825)
out$by_combination <- lapply(split(d, paste0(d$da, d$mh, d$misuse)), curve, at = 730)

# Whether groups differ
gray <- cuminc(d$days, d$event, d$aspects)$Tests[1, ]
breslow <- summary(coxph(Surv(days, event == 1) ~ aspects, d, cluster = family, ties = "breslow"))
out$tests <- list(gray = unname(gray[["stat"]]), log_rank = breslow$robscore[["test"]])

# Cox models
tight <- coxph.control(eps = 1e-13, toler.chol = 1e-15, iter.max = 50)
formula <- Surv(days, event == 1) ~ category + aspects + worker + manager + chair + not_sustained +
  incomplete + lead_professional_named + closed_to + outside
cox <- coxph(formula, d, cluster = family, control = tight)
alone <- coxph(Surv(days, event == 1) ~ closed_to, d, cluster = family, control = tight)
wald <- function(fit, columns) {
  b <- coef(fit)[columns]
  as.numeric(t(b) %*% solve(fit$var[columns, columns], b))
}
zph <- cox.zph(cox, transform = "km", terms = FALSE)$table[, "p"]
out$cox <- list(columns = names(coef(cox)), coef = unname(coef(cox)), var = unname(cox$var),
                wald_category = wald(cox, 1:4), wald_aspects = wald(cox, 5:7),
                zph = unname(head(zph, -1)), zph_global = unname(tail(zph, 1)))
out$alone <- list(coef = unname(coef(alone)), std_err = sqrt(diag(alone$var)))

# Two periods for the adversities
d$at <- pmax(d$days, 0.5)
split <- survSplit(Surv(at, event == 1) ~ ., d, cut = 365, episode = "period", end = "at",
                   event = "back")
for (k in 1:3) for (p in 1:2)
  split[[paste0("a", k, "_", p)]] <- (split$aspects == k) * (split$period == p)
periods <- coxph(Surv(tstart, at, back) ~ a1_1 + a2_1 + a3_1 + a1_2 + a2_2 + a3_2 + category +
                   worker + manager + chair + not_sustained + incomplete +
                   lead_professional_named + closed_to + outside,
                 split, cluster = family, control = tight)
out$periods <- list(coef = unname(coef(periods)[1:6]), std_err = sqrt(diag(periods$var))[1:6])

# Fine-Gray: coefficients by crr; errors by families with finegray, which takes weights as known
x <- model.matrix(formula, d)[, -1]
fine <- crr(d$days, d$event, x, failcode = 1, gtol = 1e-10)
long <- finegray(Surv(days, state) ~ ., cbind(as.data.frame(x), days = d$days, state = d$state,
                                              family = d$family), etype = "return")
names(long) <- make.names(names(long))
right <- paste(make.names(colnames(x)), collapse = " + ")
clustered <- coxph(as.formula(paste("Surv(fgstart, fgstop, fgstatus) ~", right)), long,
                   weights = fgwt, cluster = family, ties = "breslow", control = tight)
out$fine_gray <- list(coef = unname(fine$coef), finegray_coef = unname(coef(clustered)),
                      std_err = sqrt(diag(clustered$var)))
aspects_only <- finegray(Surv(days, state) ~ ., d[, c("days", "state", "aspects", "family")],
                         etype = "return")
test <- coxph(Surv(fgstart, fgstop, fgstatus) ~ aspects, aspects_only, weights = fgwt,
              cluster = family, ties = "breslow", control = tight)
out$tests$fine_gray <- wald(test, 1:3)

# The median of an incidence, competing events counted: where the curve reaches one half
mgus <- read.csv("../reference/data/mgus2_cr.csv")
mgus$state <- factor(mgus$ev, 0:2, c("censor", "pcm", "death"))
ms <- survfit(Surv(etime, state) ~ 1, mgus)
out$median <- list(death = min(ms$time[ms$pstate[, 3] >= 0.5]),
                   pcm_reaches = max(ms$pstate[, 2]))

write_json(out, "../reference/repeat_plans.json", digits = NA, auto_unbox = TRUE, pretty = TRUE,
           matrix = "rowmajor")
