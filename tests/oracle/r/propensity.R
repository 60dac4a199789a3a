# Reference numbers of the propensity family: Rscript propensity.R, from this folder.
suppressMessages({library(MatchIt); library(brglm2); library(sandwich); library(clubSandwich); library(jsonlite)})
d <- read.csv("../reference/data/fsp_like.csv")
f <- treat ~ age + female + neglect + prior_referrals
covariates <- c("age", "female", "neglect", "prior_referrals")
out <- list(R = R.version.string,
            packages = lapply(c(MatchIt = "MatchIt", brglm2 = "brglm2", sandwich = "sandwich", clubSandwich = "clubSandwich"),
                              function(p) as.character(packageVersion(p))),
            dataset = "data/fsp_like.csv")

# R's own linear predictor, to the last bit, by covariate pattern (sorted): it decides exact ties.
g <- glm(f, binomial, d)
patterns <- unique(data.frame(d[covariates], eta = g$linear.predictors))
patterns <- patterns[do.call(order, patterns[covariates]), ]
stopifnot(nrow(unique(patterns[covariates])) == nrow(patterns))
out$linear_predictor <- list(by_pattern = sprintf("%.17g", patterns$eta), coefficients = unname(coef(g)))

# Firth: everyone; 200 cases; 200 cases with a covariate that only treated cases have.
few <- head(d, 200)
few$marker <- as.integer(few$treat == 1 & few$prior_referrals >= 2)
firth <- function(formula, data) unname(coef(glm(formula, binomial, data, method = "brglmFit", type = "AS_mean",
                                                  epsilon = 1e-12, maxit = 500)))
out$firth <- list(all = firth(f, d), first_200 = firth(f, few), separated = firth(update(f, . ~ . + marker), few))

# Nearest neighbours on a score without ties, so that no tie rule matters. MatchIt 4.5.1 cuts distances
# down to whole numbers (C's abs), so it takes the first instead of the nearest, and no caliper ever binds,
# unless the score's unit is made tiny: times 2^28. Order: largest score first, as for an estimated one.
score <- (d$age / 18 + sin(d$child_id)) * 2^28
matched <- function(...) {
  m <- matchit(f, d, method = "nearest", distance = score, m.order = "largest", ...)
  s <- summary(m, addlvariables = NULL, interactions = FALSE)$sum.matched
  list(match_matrix = unname(apply(m$match.matrix, 2, as.integer)), weights = unname(m$weights),
       smd = s[covariates, "Std. Mean Diff."], variance_ratio = s[c("age", "prior_referrals"), "Var. Ratio"],
       ks = s[covariates, "eCDF Max"],
       effective = unname(summary(m)$nn["Matched (ESS)", ]))
}
un <- summary(matchit(f, d, method = "nearest", distance = score))$sum.all
out$unadjusted <- list(smd = un[covariates, "Std. Mean Diff."],
                       variance_ratio = un[c("age", "prior_referrals"), "Var. Ratio"], ks = un[covariates, "eCDF Max"])
# From the second partner on, 4.5.1 skips the unit after an earlier partner in the data instead of that
# partner (so it takes one unit several times with replacement); it doesn't matter in the calls with ratio = 2 here.
out$nearest <- list(replace = matched(replace = TRUE), ratio2_exact = matched(ratio = 2, exact = ~la), caliper = matched(caliper = 0.002),
                    ratio2_caliper_exact = matched(ratio = 2, caliper = 0.005, exact = ~la))

# Subclasses, with balance and contrasts (sandwich: HC1 by family; ratio by weighted quasi-Poisson).
subclasses <- function(estimand, n) {
  m <- matchit(f, d, method = "subclass", subclass = n, estimand = estimand, distance = fitted(g))
  w <- m$weights
  s <- summary(m, subclass = FALSE)$sum.across
  fit <- lm(outcome ~ treat, d, weights = w)
  poisson <- glm(outcome ~ treat, quasipoisson, d, weights = w, control = list(epsilon = 1e-14, maxit = 100))
  cr2 <- coef_test(fit, vcov = vcovCR(fit, cluster = d$family_id, type = "CR2", target = rep(1, nrow(d)),
                                      inverse_var = FALSE))
  list(n = n, subclass = as.integer(m$subclass), treated_weights = unname(tapply(w[d$treat == 1], m$subclass[d$treat == 1], mean)),
       comparison_weights = unname(tapply(w[d$treat == 0], m$subclass[d$treat == 0], mean)),
       cut_points = unname(m$q.cut), smd = s[covariates, "Std. Mean Diff."],
       variance_ratio = s[c("age", "prior_referrals"), "Var. Ratio"], ks = s[covariates, "eCDF Max"],
       difference = coef(fit)[[2]], se_family_HC1 = sqrt(vcovCL(fit, ~family_id, type = "HC1")[2, 2]),
       se_HC1 = sqrt(vcovHC(fit, type = "HC1")[2, 2]), se_CR2 = cr2$SE[2], df_CR2 = cr2$df[2],
       log_ratio = coef(poisson)[[2]],
       se_log_ratio_family = sqrt(vcovCL(poisson, ~family_id, type = "HC0")[2, 2]))
}
out$subclass <- list(ATT = subclasses("ATT", 6), ATE = subclasses("ATE", 5), ATC = subclasses("ATC", 4))

# Regression adjustment after matching: pairs of matching.json (MatchIt 4.7.1).
pairs <- fromJSON("../reference/matching.json")$nn_logit02$pairs
md <- rbind(data.frame(d[pairs$t, ], pair = seq_along(pairs$t)), data.frame(d[pairs$c, ], pair = seq_along(pairs$c)))
for (v in covariates) md[[paste0("c_", v)]] <- md[[v]] - mean(md[[v]][md$treat == 1])
adjusted <- lm(outcome ~ treat * (c_age + c_female + c_neglect + c_prior_referrals), md)
se <- function(cluster) sqrt(vcovCL(adjusted, cluster, type = "HC1")["treat", "treat"])
out$regression_adjusted <- list(estimate = coef(adjusted)[["treat"]], se_pair = se(~pair), se_family = se(~family_id),
                                se_both = se(~pair + family_id))
writeLines(toJSON(out, digits = I(17), auto_unbox = TRUE, na = "null"), "../reference/propensity.json")
