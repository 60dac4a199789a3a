# References for tests/oracle/scores. Run from this folder: Rscript scores.R
suppressMessages({library(MASS); library(ordinal); library(sandwich); library(geepack)
  library(lme4); library(nlme); library(psych); library(vcd); library(jsonlite)})
data_of <- function(name) read.csv(file.path("..", "reference", "data", paste0(name, ".csv")))
out <- list(R = R.version.string, packages = lapply(
  c(MASS = "MASS", ordinal = "ordinal", sandwich = "sandwich", geepack = "geepack", lme4 = "lme4",
    nlme = "nlme", psych = "psych", vcd = "vcd"), function(p) as.character(packageVersion(p))))

# Ordered answers of two groups
two <- list(clear = list(c(2, 3, 5, 20, 10), c(6, 8, 10, 9, 4)), few = list(c(0, 1, 3), c(2, 2, 0)),
            alike = list(c(10, 30, 40, 20), c(12, 28, 43, 18)))
# Agresti and Min's interval from its definition: half a respondent more in each of the four cells of a
# paired table whose off-diagonal cells are those who agree and those who disagree.
net_agreement <- function(counts) {
  box <- length(counts) %/% 2
  cells <- c(sum(tail(counts, box)), sum(head(counts, box)))
  cells <- c(cells, (sum(counts) - sum(cells)) / 2, (sum(counts) - sum(cells)) / 2) + 0.5
  shares <- cells / sum(cells); d <- shares[1] - shares[2]
  half <- qnorm(.975) * sqrt((shares[1] + shares[2] - d^2) / sum(cells))
  pmax(-1, pmin(1, d + c(-1, 1) * half))
}
out$two_groups <- lapply(two, function(g) {
  a <- rep(seq_along(g[[1]]), g[[1]]); b <- rep(seq_along(g[[2]]), g[[2]])
  r <- rank(c(a, b))
  list(first = g[[1]], second = g[[2]],
       p = wilcox.test(a, b, correct = FALSE, exact = FALSE)$p.value,
       superiority = mean(outer(a, b, ">") + 0.5 * outer(a, b, "==")),
       mean_ranks = c(mean(r[seq_along(a)]), mean(r[-seq_along(a)])),
       net = net_agreement(g[[1]]), quartiles = unname(quantile(a, c(.25, .5, .75), type = 1)) - 1)
})

# Proportional odds over waves: all of survey3 in five classes, and a fifth of it missing
s <- data_of("survey3")
s$answer <- pmin(pmax(round(s$y), 1), 5)
s$older <- as.numeric(s$id %% 3 == 0)
ordinal_case <- function(d, formula, cuts_formula) {
  d$f <- factor(d$answer)
  fit <- clm(formula, data = d, control = clm.control(gradTol = 1e-10))
  polr_fit <- polr(formula, data = d, Hess = TRUE, control = list(reltol = 1e-14))
  k <- length(fit$beta)
  # The cuts of the scale one by one, stacked, with respondents as clusters: an independent road to
  # the check of proportional odds.
  levels_used <- sort(unique(d$answer)); J <- length(levels_used)
  long <- do.call(rbind, lapply(seq_len(J - 1), function(j)
    transform(d, cut = j, above = as.numeric(answer > levels_used[j]))))
  long$cut <- factor(long$cut)
  logit <- glm(cuts_formula, data = long, family = binomial, control = glm.control(1e-14, 100))
  differ <- grep("^cut[0-9]+:", names(coef(logit)))
  wald_p <- function(cluster) {
    V <- vcovCL(logit, cluster = cluster, type = "HC0", cadjust = FALSE)[differ, differ]
    b <- coef(logit)[differ]
    pchisq(drop(b %*% solve(V, b)), length(b), lower.tail = FALSE)
  }
  long$row <- rep(seq_len(nrow(d)), J - 1)
  V <- vcovCL(fit, cluster = d$id, type = "HC0", cadjust = TRUE)
  list(beta = unname(fit$beta), alpha = unname(fit$alpha),
       se = unname(sqrt(diag(vcov(fit)))[-seq_len(J - 1)]),
       polr_beta = unname(coef(polr_fit)), polr_se = unname(summary(polr_fit)$coefficients[1:k, 2]),
       cluster_se = unname(sqrt(diag(V))[-seq_len(J - 1)]), loglik = as.numeric(logLik(fit)),
       equal_cuts_p_clustered = wald_p(long$id), equal_cuts_p = wald_p(long$row))
}
s$wave <- factor(s$wave)
part <- s[(s$id * 7 + as.integer(s$wave) * 3) %% 5 != 0, ]
out$ordinal <- list(
  full = ordinal_case(s, f ~ wave, above ~ cut * wave),
  part_adjusted = ordinal_case(part, f ~ wave + older, above ~ cut * (wave + older)))

# GEE
gee <- function(d) {
  d <- d[order(d$id), ]
  fit <- geeglm(b ~ wave, id = id, data = d, family = binomial, corstr = "exchangeable",
                control = geese.control(epsilon = 1e-12, maxit = 200))
  list(est = unname(coef(fit)), se = unname(sqrt(diag(vcov(fit)))), alpha = unname(fit$geese$alpha))
}
out$gee <- list(full = gee(s), part = gee(part))

# Linear mixed models
tight <- lmerControl(optimizer = "bobyqa", optCtrl = list(rhoend = 1e-10, maxfun = 1e5),
                     check.conv.singular = "ignore")
mixed <- function(formula, d) {
  fit <- lmer(formula, data = d, control = tight)
  vc <- as.data.frame(VarCorr(fit))
  list(est = unname(fixef(fit)), se = unname(sqrt(diag(as.matrix(vcov(fit))))),
       sd = vc$sdcor[is.na(vc$var2)], criterion = unname(REMLcrit(fit)))
}
sleep <- data_of("sleepstudy")
# Deterministic noise without any difference between respondents: the variances end at their border.
noise <- (sin(12.9898 * seq_len(nrow(sleep))) * 43758.5453) %% 1
sleep$flat <- noise
out$mixed <- list(
  waves = mixed(y ~ wave + (1 | id), s), waves_part = mixed(y ~ wave + (1 | id), part),
  sleep = mixed(Reaction ~ Days + (Days | Subject), sleep),
  border = mixed(flat ~ Days + (Days | Subject), sleep))
lme_fit <- lme(Reaction ~ Days, random = ~ Days | Subject, data = sleep, method = "REML")
out$mixed$sleep_nlme <- list(est = unname(fixef(lme_fit)), se = unname(sqrt(diag(vcov(lme_fit)))))

# Repeated tests
Y <- matrix(s$y[order(s$wave, s$id)], ncol = 3); B <- matrix(s$b[order(s$wave, s$id)], ncol = 3)
Yr <- round(Y)
mantel <- mantelhaen.test(table(rep(1:3, each = nrow(B)), c(B), rep(seq_len(nrow(B)), 3)))
out$repeated <- list(friedman = friedman.test(Y)$statistic[[1]], friedman_p = friedman.test(Y)$p.value,
  friedman_ties = friedman.test(Yr)$statistic[[1]], cochran_q = mantel$statistic[[1]],
  cochran_p = mantel$p.value)

# Kappa
tables <- list(three = matrix(c(44, 5, 1, 7, 20, 3, 9, 5, 6), 3, byrow = TRUE),
               zero = matrix(c(10, 0, 0, 0, 3, 5, 8, 1, 0, 0, 7, 2, 1, 0, 3, 9), 4, byrow = TRUE),
               two = matrix(c(20, 5, 10, 15), 2))
out$kappa <- lapply(tables, function(t) {
  one <- function(w) if (w == "u") unname(Kappa(t)$Unweighted) else
    unname(Kappa(t, weights = if (w == "l") "Equal-Spacing" else "Fleiss-Cohen")$Weighted)
  list(table = t, unweighted = one("u"), linear = one("l"), quadratic = one("q"))
})

# Intraclass correlations
icc_of <- function(x) {
  r <- suppressMessages(suppressWarnings(ICC(x, lmer = FALSE)))$results
  list(ratings = x, ICC = r$ICC, F = r$F, p = r$p, lower = r[["lower bound"]], upper = r[["upper bound"]])
}
shrout <- as.matrix(data_of("shrout_fleiss")); dimnames(shrout) <- NULL
uneven <- round(10 * matrix((sin(78.233 * 1:30) * 4375.85) %% 1, 10), 2)
out$icc <- list(shrout_fleiss = icc_of(shrout), noise = icc_of(uneven))
fsp <- data_of("fsp_like")
ms <- anova(aov(outcome ~ factor(family_id), data = fsp))[["Mean Sq"]]
sizes <- as.numeric(table(fsp$family_id)); n <- sum(sizes)
n0 <- (n - sum(sizes^2) / n) / (length(sizes) - 1)
out$cluster_icc <- list(icc = (ms[1] - ms[2]) / (ms[1] + (n0 - 1) * ms[2]), n0 = n0, F = ms[1] / ms[2])

# Themes
theme <- suppressWarnings(prop.test(c(9, 14, 3), c(12, 40, 25), correct = FALSE))
out$theme <- list(statistic = theme$statistic[[1]], df = theme$parameter[[1]], p = theme$p.value)
write_json(out, file.path("..", "reference", "scores.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
