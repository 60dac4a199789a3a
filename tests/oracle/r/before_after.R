# Difference-in-differences, event study and interrupted series: reference numbers.
# Run from tests/oracle/r: Rscript before_after.R
suppressMessages({library(clubSandwich); library(sandwich); library(lmtest); library(jsonlite)
                  library(nlme)})
data_dir <- "../reference/data/"
out <- list(R = R.version.string, packages = as.list(sapply(
  c("clubSandwich", "sandwich", "lmtest", "jsonlite", "nlme"), function(p) as.character(packageVersion(p)))))
precise <- glm.control(epsilon = 1e-12, maxit = 100)

# Counts -------------------------------------------------------------------------------------------
x <- c(40, 60, 84, 90); n <- c(200, 200, 300, 300)
g <- c(1, 1, 0, 0); t <- c(1, 0, 1, 0)
last <- function(fit) unname(summary(fit)$coefficients[4, 1:2])
pop <- c(52000, 51000, 48000, 47500)
out$counts <- list(
  proportions = last(glm(cbind(x, n - x) ~ g * t, family = binomial("identity"),
                         start = c(.3, 0, 0, 0), control = precise)),
  rates = last(glm(x ~ 0 + pop + I(pop * g) + I(pop * t) + I(pop * g * t),
                   family = poisson("identity"), start = c(.001, 0, 0, 0), control = precise)),
  log_ratio = last(glm(x ~ g * t + offset(log(pop)), family = poisson, control = precise)))

# Difference-in-differences ------------------------------------------------------------------------
d <- read.csv(paste0(data_dir, "did_panel.csv"))
d$did <- d$treated * d$post
cr2 <- function(fit, data, name) {
  v <- vcovCR(fit, cluster = data$la, type = "CR2")
  row <- coef_test(fit, vcov = v, test = "Satterthwaite", coefs = name)
  ci <- conf_int(fit, vcov = v, test = "Satterthwaite", coefs = name)
  list(est = row$beta, se = row$SE, df = row$df_Satt, p = row$p_Satt, low = ci$CI_L, high = ci$CI_U)
}
holes <- d[(d$la * d$q) %% 5 != 0, ]
few <- d[d$la %in% c(1, 2, 3, 20:26), ]
out$did <- list(
  pooled = cr2(lm(rate ~ treated + post + did, d), d, "did"),
  weighted = cr2(lm(rate ~ treated + post + did, d, weights = pop), d, "did"),
  covariate = cr2(lm(rate ~ treated + post + did + log(pop) + q, holes), holes, "did"),
  few = cr2(lm(rate ~ treated + post + did, few), few, "did"),
  twfe = cr2(lm(rate ~ did + factor(la) + factor(q), d), d, "did"),
  twfe_weighted = cr2(lm(rate ~ did + factor(la) + factor(q), d, weights = pop), d, "did"),
  twfe_few = cr2(lm(rate ~ did + factor(la) + factor(q), few), few, "did"))

change <- with(few, tapply(rate * (post * 2 - 1), la, sum) / 6)
arm <- with(few, tapply(treated, la, max))
sets <- combn(length(change), sum(arm))
stat <- apply(sets, 2, function(s) mean(change[s]) - mean(change[-s]))
real <- mean(change[arm == 1]) - mean(change[arm == 0])
out$permutation <- list(est = real, n = length(stat), p = mean(abs(stat) >= abs(real) - 1e-9))

# Event study --------------------------------------------------------------------------------------
event <- function(data, weights) {
  data$w <- weights
  for (k in setdiff(1:12, 6)) data[[sprintf("e%02d", k)]] <- data$treated * (data$q == k)
  names <- sprintf("e%02d", setdiff(1:12, 6))
  fit <- lm(reformulate(c(names, "factor(la)", "factor(q)"), "rate"), data, weights = w)
  v <- vcovCR(fit, cluster = data$la, type = "CR2")
  rows <- coef_test(fit, vcov = v, test = "Satterthwaite", coefs = names)
  joint <- Wald_test(fit, constrain_zero(names[1:5]), vcov = v, test = "HTZ")
  before <- data[data$q < 7, ]
  before$tq <- before$treated * before$q
  slope <- lm(rate ~ tq + factor(la) + factor(q), before, weights = w)
  list(est = rows$beta, se = rows$SE, df = rows$df_Satt,
       joint = c(joint$Fstat, joint$df_num, joint$df_denom, joint$p_val),
       slope = cr2(slope, before, "tq"))
}
out$event_study <- list(equal = event(d, 1), weighted = event(d, d$pop))

# Interrupted series -------------------------------------------------------------------------------
s <- read.csv(paste0(data_dir, "seatbelts.csv"))
s$since <- s$t - 170; s$level <- s$law; s$slope <- s$law * s$since
delta <- function(fit, v, at) {                       # relative effect at row `at`, identity link
  X <- model.matrix(fit); x1 <- X[at, ]; x0 <- x1
  x0[grepl("^(level|slope)", names(x0))] <- 0
  b <- coef(fit); a <- sum((x1 - x0) * b); e <- sum(x0 * b)
  gr <- ((x1 - x0) - a / e * x0) / e
  c(absolute = a, absolute_se = sqrt(drop(t(x1 - x0) %*% v %*% (x1 - x0))),
    relative = a / e, relative_se = sqrt(drop(t(gr) %*% v %*% gr)))
}
series <- function(fit, v, df, at = nrow(s)) {
  keep <- c("since", "level", "slope", "level2", "slope2")
  keep <- keep[keep %in% names(coef(fit))]
  list(coef = unname(coef(fit)[keep]), se = unname(sqrt(diag(v))[keep]), df = df,
       effect = as.list(delta(fit, v, at)))
}
nw <- function(fit, lag) NeweyWest(fit, lag = lag, prewhite = FALSE, adjust = TRUE)
plain <- lm(DriversKilled ~ since + level + slope, s)
months <- lm(DriversKilled ~ since + level + slope + factor(month), s)
waves <- lm(DriversKilled ~ since + level + slope + sin(2 * pi * month / 12) +
              cos(2 * pi * month / 12), s)
s$level2 <- as.numeric(s$t >= 181); s$slope2 <- s$level2 * (s$t - 181)
two <- lm(DriversKilled ~ since + level + slope + level2 + slope2, s)
out$its <- list(
  plain = series(plain, nw(plain, 12), 188),
  lag0 = series(plain, nw(plain, 0), 188),
  months = series(months, nw(months, 4), 192 - 15),
  waves = series(waves, nw(waves, 4), 192 - 6),
  two = series(two, nw(two, 4), 192 - 6),
  durbin_watson = unname(dwtest(plain)$statistic),
  ljung_box = pchisq(Box.test(resid(waves), lag = 12, type = "Ljung-Box")$statistic, 12,
                     lower.tail = FALSE)[[1]])

ar1 <- function(formula, data, df) {
  fit <- gls(formula, data, correlation = corAR1(form = ~t), method = "REML",
             control = glsControl(tolerance = 1e-12, msTol = 1e-14, maxIter = 500, msMaxIter = 500))
  keep <- c("since", "level", "slope")
  list(coef = unname(coef(fit)[keep]), se = unname(sqrt(diag(vcov(fit)))[keep]), df = df,
       rho = unname(coef(fit$modelStruct$corStruct, unconstrained = FALSE)))
}
linear <- DriversKilled ~ since + level + slope
out$its$autoregressive <- ar1(linear, s, 188)
out$its$autoregressive_months <- ar1(update(linear, . ~ . + factor(month)), s, 177)

# Three months of phase-in: an indicator for each keeps the calendar and drops the month.
s$phase <- ifelse(s$t %in% 170:172, s$t, 0)
s$since <- s$t - 173; s$level <- as.numeric(s$t >= 173); s$slope <- s$level * s$since
phase <- lm(DriversKilled ~ since + level + slope + factor(phase), s)
v <- NeweyWest(phase, lag = 4, prewhite = FALSE, adjust = FALSE) * 189 / (189 - 4)
out$its$phase_in <- series(phase, v, 185)

out$its$autoregressive_phase_in <- ar1(linear, s[!s$t %in% 170:172, ], 185)

s$since <- s$t - 170; s$level <- s$law; s$slope <- s$law * s$since
s$gap <- s$front - s$rear
gap <- lm(gap ~ since + level + slope, s)
stacked <- rbind(data.frame(y = s$front, group = 1, s), data.frame(y = s$rear, group = 0, s))
both <- lm(y ~ group * (since + level + slope), stacked)
out$its$controlled <- c(series(gap, nw(gap, 4), 188),
  list(stacked = unname(coef(both)[c("group:since", "group:level", "group:slope")])))

# Counts with exposure -----------------------------------------------------------------------------
count <- function(v, fit, df) {
  X <- model.matrix(fit); at <- nrow(s); x1 <- X[at, ]; x0 <- x1; x0[c("level", "slope")] <- 0
  b <- coef(fit); m1 <- s$kms[at] * exp(sum(x1 * b)); m0 <- s$kms[at] * exp(sum(x0 * b))
  gr <- m1 * x1 - m0 * x0
  keep <- c("since", "level", "slope")
  list(coef = unname(b[keep]), se = unname(sqrt(diag(v))[keep]), df = df,
       absolute = m1 - m0, absolute_se = sqrt(drop(t(gr) %*% v %*% gr)),
       log_ratio = sum((x1 - x0) * b), log_ratio_se = sqrt(drop(t(x1 - x0) %*% v %*% (x1 - x0))))
}
pois <- glm(DriversKilled ~ since + level + slope + factor(month) + offset(log(kms)), s,
            family = poisson, control = precise)
v <- vcov(pois); phi <- sum(resid(pois, "pearson")^2) / pois$df.residual
out$its_counts <- list(dispersion = phi, poisson = count(v, pois, 0),
  quasi_poisson = count(v * phi, pois, 177), newey_west = count(nw(pois, 4), pois, 177))
write_json(out, "../reference/before_after.json", digits = NA, auto_unbox = TRUE, pretty = 1)
