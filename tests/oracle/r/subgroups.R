# References for tests/oracle/subgroups. Run from this folder: Rscript subgroups.R
suppressMessages({library(metafor); library(clubSandwich); library(jsonlite)})
out <- list(R = R.version.string, packages = lapply(
  c(metafor = "metafor", clubSandwich = "clubSandwich"), function(p) as.character(packageVersion(p))))

p <- c(0.001, 0.012, 0.012, 0.03, 0.04, 0.2, 0.95)
out$adjust <- list(p = p, holm = p.adjust(p, "holm"), benjamini_hochberg = p.adjust(p, "BH"))

bcg <- escalc("RR", ai = tpos, bi = tneg, ci = cpos, di = cneg, data = dat.bcg)
sets <- list(
  bcg = list(y = as.numeric(bcg$yi), se = sqrt(as.numeric(bcg$vi))),
  four = list(y = c(-0.31, 0.05, -0.62, -0.11), se = c(0.14, 0.2, 0.18, 0.25)),
  alike = list(y = c(0.1, 0.12, 0.08, 0.11, 0.09, 0.1), se = c(0.1, 0.2, 0.15, 0.12, 0.3, 0.11)),
  two = list(y = c(-0.5, 0.4), se = c(0.2, 0.3)),
  uneven = list(y = c(1.2, -0.3, 0.5, 2.5, 0.1, 0.9, -1.4, 0.2, 0.7, 0.0),
                se = c(0.9, 0.05, 0.3, 1.5, 0.1, 0.6, 0.8, 0.02, 0.2, 0.4)))
pool <- function(s, method) {
  fit <- rma(yi = s$y, sei = s$se, method = method, test = if (method == "FE") "z" else "knha",
             control = if (method == "REML") list(threshold = 1e-14, maxiter = 10000, stepadj = .5)
                       else list(tol = 1e-13, maxiter = 10000))
  pi <- predict(fit)
  r <- list(est = as.numeric(fit$b), se = fit$se, ci = c(fit$ci.lb, fit$ci.ub), p = fit$pval,
            tau2 = fit$tau2, I2 = fit$I2, H2 = fit$H2, Q = fit$QE, Qp = fit$QEp,
            pi = c(pi$pi.lb, pi$pi.ub), weights = unname(weights(fit)) / 100)
  if (method == "REML") {
    r$wald <- with(rma(yi = s$y, sei = s$se, method = "REML", control = list(threshold = 1e-14,
      maxiter = 10000, stepadj = .5)), c(ci.lb, ci.ub))
    bounds <- confint(fit, control = list(tol = 1e-13, maxiter = 10000, tau2.max = 1e6))$random
    r$tau2_ci <- unname(bounds[1, 2:3])
  }
  r
}
out$pool <- lapply(sets, function(s) c(s, list(REML = pool(s, "REML"), DL = pool(s, "DL"),
                                             PM = pool(s, "PM"), common = pool(s, "FE"))))
fit <- rma(yi = sets$bcg$y, sei = sets$bcg$se, test = "knha", control = list(threshold = 1e-14, maxiter = 1000))
left <- leave1out(fit)
out$leave_one_out <- list(estimate = as.numeric(left$estimate), se = as.numeric(left$se),
                          tau2 = as.numeric(left$tau2))

# Interaction from estimates: Altman and Bland's two relative risks, and five estimates
se_of <- function(low, high) (log(high) - log(low)) / (2 * qnorm(.975))
ab <- list(y = log(c(.67, .88)), se = c(se_of(.46, .98), se_of(.71, 1.08)))
mods <- rma(yi = ab$y, sei = ab$se, mods = c(1, 0), method = "FE")
out$altman_bland <- c(ab, list(difference = mods$b[2], se_difference = mods$se[2], p = mods$pval[2],
  ci = c(mods$ci.lb[2], mods$ci.ub[2]), ratio = exp(mods$b[2])))
five <- rma(yi = sets$four$y, sei = sets$four$se, method = "FE")
out$q_of_four <- list(Q = five$QE, p = five$QEp)

# Interaction from counts
counts <- list(
  three = data.frame(a = c(12, 30, 18), n1 = c(60, 90, 40), c = c(20, 28, 9), n0 = c(70, 85, 45)),
  zero = data.frame(a = c(0, 30, 18, 0), n1 = c(20, 90, 40, 12), c = c(4, 28, 9, 0), n0 = c(25, 85, 45, 9)))
out$counts <- lapply(counts, function(d) {
  s <- factor(seq_len(nrow(d)))
  long <- data.frame(x = c(d$a, d$c), n = c(d$n1, d$n0), arm = rep(1:0, each = nrow(d)), s = c(s, s))
  kept <- tapply(long$x, long$s, sum) > 0
  long <- droplevels(long[long$s %in% names(kept)[kept], ])
  tight <- glm.control(epsilon = 1e-14, maxit = 200)
  m0 <- glm(cbind(x, n - x) ~ s + arm, binomial, long, control = tight)
  m1 <- suppressWarnings(glm(cbind(x, n - x) ~ s * arm, binomial, long, control = tight))
  lr <- anova(m0, m1, test = "LRT")
  rd <- escalc("RD", ai = a, n1i = n1, ci = c, n2i = n0, data = d, add = 0, drop00 = FALSE)
  rd <- rd[rd$vi > 0, ]
  q <- rma(yi, vi, data = rd, method = "FE")
  list(cells = as.list(d), lr = lr$Deviance[2], df = lr$Df[2], p = lr[["Pr(>Chi)"]][2],
       rd = as.numeric(rd$yi), rd_se = sqrt(as.numeric(rd$vi)), Q = q$QE, Qp = q$QEp)
})

# Interaction from cases in families
fsp <- read.csv(file.path("..", "reference", "data", "fsp_like.csv"))
fsp$band <- factor(pmin(fsp$prior_referrals, 2))
fit <- lm(outcome ~ 0 + band + band:treat, data = fsp)
V <- vcovCR(fit, cluster = fsp$family_id, type = "CR2")
C <- cbind(matrix(0, 2, 3), matrix(c(-1, -1, 1, 0, 0, 1), 2))
test <- Wald_test(fit, constraints = C, vcov = V, test = "HTZ")
rows <- coef_test(fit, V, test = "Satterthwaite")[4:6, ]
out$cases <- list(F = test$Fstat, df_num = test$df_num, df_denom = test$df_denom, p = test$p_val,
                  est = rows$beta, se = rows$SE, df = rows$df)
write_json(out, file.path("..", "reference", "subgroups.json"), digits = NA, auto_unbox = TRUE, pretty = TRUE)
