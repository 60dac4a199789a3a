# Reference numbers for analytics/statistics/{cluster_robust,linear_models}.py; run from tests/oracle.
suppressMessages({library(clubSandwich); library(sandwich); library(jsonlite)})
fsp <- read.csv("reference/data/fsp_like.csv")
head_of <- function(fit, data, cluster, which) {
  out <- list(coef = unname(coef(fit)))
  for (kind in c("CR0", "CR2")) {
    v <- vcovCR(fit, cluster = cluster, type = kind)
    out[[kind]] <- unname(as.matrix(v))
  }
  v2 <- vcovCR(fit, cluster = cluster, type = "CR2")
  tests <- coef_test(fit, vcov = v2, test = "Satterthwaite")
  out$df <- tests$df_Satt; out$p <- tests$p_Satt
  joint <- Wald_test(fit, constraints = constrain_zero(which), vcov = v2, test = "HTZ")
  out$htz <- list(F = joint$Fstat, df_num = joint$df_num, df_denom = joint$df_denom, p = joint$p_val)
  out
}
few <- fsp[fsp$family_id %in% sort(unique(fsp$family_id))[1:16], ]
fsp$w <- 0.5 + (fsp$age %% 4) / 4
few$w <- 0.5 + (few$age %% 4) / 4
ols <- lm(outcome ~ treat + age + prior_referrals, fsp)
wls <- lm(outcome ~ treat + age + prior_referrals, fsp, weights = w)
ols_few <- lm(outcome ~ treat + age, few)
wls_few <- lm(outcome ~ treat + age, few, weights = w)
by_area <- lm(outcome ~ treat + age, fsp)
logit <- glm(outcome ~ treat + age, binomial, fsp, control = list(epsilon = 1e-14, maxit = 100))
pois_few <- glm(outcome ~ treat, poisson, few, control = list(epsilon = 1e-14, maxit = 100))
result <- list(
  versions = list(R = R.version.string, clubSandwich = as.character(packageVersion("clubSandwich")),
                  sandwich = as.character(packageVersion("sandwich"))),
  ols = head_of(ols, fsp, fsp$family_id, 3:4),
  wls = head_of(wls, fsp, fsp$family_id, 3:4),
  ols_few = head_of(ols_few, few, few$family_id, 2:3),
  wls_few = head_of(wls_few, few, few$family_id, 2:3),
  ols_area = head_of(by_area, fsp, fsp$la, 2:3),
  logit = head_of(logit, fsp, fsp$family_id, 2:3),
  poisson_few = head_of(pois_few, few, few$family_id, 1:2),
  vcovCL = list(
    one_way_HC1 = unname(vcovCL(wls, cluster = fsp$family_id, type = "HC1")),
    two_way_HC1 = unname(vcovCL(ols, cluster = data.frame(fsp$family_id, fsp$la * 100 + fsp$age),
                                type = "HC1", multi0 = FALSE)))
)
write(toJSON(result, digits = I(15), auto_unbox = TRUE, pretty = TRUE), "reference/cluster_robust.json")
