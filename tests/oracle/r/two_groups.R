# Reference numbers for analytics.statistics.two_groups: Rscript tests/oracle/r/two_groups.R
# Run from the project's folder; writes tests/oracle/reference/two_groups.json.
suppressPackageStartupMessages({
  library(sandwich); library(clubSandwich); library(MASS); library(epitools); library(jsonlite)
})
reference <- "tests/oracle/reference"
fsp <- read.csv(file.path(reference, "data", "fsp_like.csv"))
tight <- glm.control(epsilon = 1e-14, maxit = 100)

robust <- function(fit, cluster, name, coefficient = 2) {
  out <- list(estimate = unname(coef(fit)[coefficient]))
  for (type in c("CR0", "CR1S", "CR2")) {
    v <- vcovCR(fit, cluster = cluster, type = type)
    out[[type]] <- sqrt(v[coefficient, coefficient])
  }
  test <- coef_test(fit, vcov = "CR2", cluster = cluster, test = "Satterthwaite")
  out$df <- test$df_Satt[coefficient]
  out$p <- test$p_Satt[coefficient]
  out
}

# Cases in families: all of them, and the first 16 families alone.
clustered <- function(d) list(
  risk_difference = robust(lm(outcome ~ treat, d), d$family_id),
  risk_ratio = robust(glm(outcome ~ treat, poisson, d, control = tight), d$family_id),
  odds_ratio = robust(glm(outcome ~ treat, binomial, d, control = tight), d$family_id)
)
few <- fsp[fsp$family_id %in% unique(fsp$family_id)[1:16], ]

# Rates: each family's total in an arm is one observation.
fsp$events <- as.integer(fsp$status == 1)
totals <- aggregate(cbind(events, time) ~ treat + family_id, fsp, sum)
totals <- totals[totals$time > 0, ]
rate <- glm(events ~ treat + offset(log(time)), poisson, totals, control = tight)
start <- with(totals, tapply(events, treat, sum) / tapply(time, treat, sum))
rate_identity <- glm(events ~ 0 + time + I(treat * time), poisson(link = "identity"), totals,
                     start = c(start[[1]], start[[2]] - start[[1]]), control = tight)

# Counts per case with over-dispersion: prior referrals, exposure age.
quasi <- glm(prior_referrals ~ treat + offset(log(age)), quasipoisson, fsp[fsp$age > 0, ], control = tight)
set.seed(7)
counts <- data.frame(treat = rep(0:1, c(60, 45)), exposure = round(runif(105, 0.2, 3), 3))
counts$events <- rnbinom(105, size = 0.8, mu = counts$exposure * ifelse(counts$treat == 1, 1.4, 2.2))
negative_binomial <- glm.nb(events ~ treat + offset(log(exposure)), counts,
                            control = glm.control(epsilon = 1e-14, maxit = 500))
quasi_small <- glm(events ~ treat + offset(log(exposure)), quasipoisson, counts, control = tight)

# Before and after in the same families, unequal time: after given the total is binomial.
pairs <- data.frame(family = 1:40, group = rep(1:14, length.out = 40),
                    time_before = round(runif(40, 6, 12), 2), time_after = round(runif(40, 3, 12), 2))
level <- rgamma(40, 1.2, 1.2)
pairs$before <- rpois(40, level * pairs$time_before * 0.35)
pairs$after <- rpois(40, level * pairs$time_after * 0.22)
used <- pairs[pairs$before + pairs$after > 0, ]
within <- glm(cbind(after, before) ~ 1 + offset(log(time_after / time_before)), binomial, used, control = tight)
within_group <- robust(within, used$group, coefficient = 1)
long <- data.frame(events = c(used$before, used$after), time = c(used$time_before, used$time_after),
                   after = rep(0:1, each = nrow(used)), family = factor(rep(used$family, 2)))
fixed <- glm(events ~ family + after + offset(log(time)), poisson, long, control = tight)

# Two rates, exact and Wald.
exact_rate <- function(a, t1, c, t0) {
  p0 <- t1 / (t1 + t0)
  interval <- binom.test(a, a + c, p0)$conf.int
  tails <- c(binom.test(a, a + c, p0, "less")$p.value, binom.test(a, a + c, p0, "greater")$p.value)
  poisson_interval <- poisson.test(c(a, c), c(t1, t0))$conf.int
  list(a = a, t1 = t1, c = c, t0 = t0, low = poisson_interval[1],
       high = if (is.finite(poisson_interval[2])) poisson_interval[2] else NULL,
       binomial = as.numeric(interval), p_central = min(1, 2 * min(tails)),
       p_minimum_likelihood = poisson.test(c(a, c), c(t1, t0))$p.value)
}

# Miettinen-Nurminen by brute force: the constrained likelihood is maximised, not solved.
log_likelihood <- function(p, a, n1, c, n0, delta)
  dbinom(a, n1, p, log = TRUE) + dbinom(c, n0, p - delta, log = TRUE)
constrained_variance <- function(a, n1, c, n0, delta) {
  best <- optimize(log_likelihood, c(max(0, delta), min(1, 1 + delta)), a = a, n1 = n1, c = c, n0 = n0,
                   delta = delta, maximum = TRUE, tol = 1e-10)$maximum
  best * (1 - best) / n1 + (best - delta) * (1 - best + delta) / n0
}
brute_force_mn <- function(a, n1, c, n0) {
  z2 <- qnorm(0.975)^2 * (n1 + n0) / (n1 + n0 - 1)
  d <- a / n1 - c / n0
  excess <- function(delta) (d - delta)^2 - z2 * constrained_variance(a, n1, c, n0, delta)
  list(a = a, n1 = n1, c = c, n0 = n0,
       low = uniroot(excess, c(-0.999999, d - 1e-6), tol = 1e-12)$root,
       high = uniroot(excess, c(d + 1e-6, 0.999999), tol = 1e-12)$root)
}

# Fisher's exact limits, solved tightly (fisher.test stops at 1e-4).
exact_odds_ratio <- function(a, n1, c, n0) {
  x <- max(0, a + c - n0):min(n1, a + c)
  density <- function(log_odds) {
    d <- dhyper(x, n1, n0, a + c, log = TRUE) + log_odds * x
    exp(d - max(d)) / sum(exp(d - max(d)))
  }
  solve_for <- function(f) exp(uniroot(f, c(-20, 20), tol = 1e-13)$root)
  list(a = a, n1 = n1, c = c, n0 = n0,
       estimate = solve_for(function(o) sum(x * density(o)) - a),
       low = solve_for(function(o) sum(density(o)[x >= a]) - 0.025),
       high = solve_for(function(o) sum(density(o)[x <= a]) - 0.025),
       mid_p = ormidp.test(a, n1 - a, c, n0 - c)$two.sided)
}

# Newcombe's method 10 for pairs with R's own Wilson limits.
newcombe_paired <- function(both, first, second, neither) {
  n <- both + first + second + neither
  p1 <- (both + first) / n; p2 <- (both + second) / n
  w1 <- prop.test(both + first, n, correct = FALSE)$conf.int
  w2 <- prop.test(both + second, n, correct = FALSE)$conf.int
  margins <- (both + first) * (second + neither) * (both + second) * (first + neither)
  a <- both * neither - first * second
  phi <- if (margins == 0) 0 else (if (a > n / 2) a - n / 2 else if (a >= 0) 0 else a) / sqrt(margins)
  low <- sqrt((p1 - w1[1])^2 - 2 * phi * (p1 - w1[1]) * (w2[2] - p2) + (w2[2] - p2)^2)
  high <- sqrt((w1[2] - p1)^2 - 2 * phi * (w1[2] - p1) * (p2 - w2[1]) + (p2 - w2[1])^2)
  list(table = c(both, first, second, neither), low = p1 - p2 - low, high = p1 - p2 + high)
}

difference <- with(fsp, prior_referrals - age / 10)
mean_fit <- lm(difference ~ 1)

out <- list(
  R = R.version.string,
  packages = sapply(c("sandwich", "clubSandwich", "MASS", "epitools"), function(p) as.character(packageVersion(p))),
  clustered = list(all = clustered(fsp), few = clustered(few)),
  few_families = unique(few$family_id),
  rates = list(rate_ratio = robust(rate, totals$family_id),
               rate_difference = robust(rate_identity, totals$family_id)),
  quasi = list(all = list(estimate = coef(quasi)[[2]], se = summary(quasi)$coefficients[2, 2],
                          dispersion = summary(quasi)$dispersion),
               small = list(estimate = coef(quasi_small)[[2]], se = summary(quasi_small)$coefficients[2, 2],
                            dispersion = summary(quasi_small)$dispersion)),
  counts = counts,
  negative_binomial = list(estimate = coef(negative_binomial)[[2]],
                           se = summary(negative_binomial)$coefficients[2, 2],
                           theta = negative_binomial$theta,
                           log_likelihood = as.numeric(logLik(negative_binomial))),
  pairs = pairs,
  within = list(model_se = summary(within)$coefficients[1, 2], estimate = coef(within)[[1]],
                family = robust(within, used$family, coefficient = 1),
                group = within_group, n_informative = nrow(used),
                fixed_effects = list(estimate = coef(fixed)[["after"]],
                                     se = summary(fixed)$coefficients["after", 2])),
  exact_rates = list(exact_rate(15, 1200.5, 41, 2000), exact_rate(3, 100, 0, 80), exact_rate(0, 50, 6, 70),
                     exact_rate(412, 40000, 1530, 120000)),
  miettinen_nurminen = list(brute_force_mn(30, 200, 52, 200), brute_force_mn(3, 30, 9, 30),
                            brute_force_mn(412, 4000, 1530, 12000), brute_force_mn(13, 2176, 5, 3354),
                            brute_force_mn(7, 34, 1, 34)),
  exact_odds_ratio = list(exact_odds_ratio(30, 200, 52, 200), exact_odds_ratio(3, 30, 9, 30),
                          exact_odds_ratio(13, 2176, 5, 3354), exact_odds_ratio(412, 4000, 1530, 12000)),
  paired = list(newcombe_paired(59, 6, 16, 80), newcombe_paired(20, 5, 14, 41), newcombe_paired(40, 78, 103, 234),
                newcombe_paired(1, 1, 7, 12), newcombe_paired(0, 4, 0, 9)),
  paired_mean = c(robust(mean_fit, fsp$family_id, coefficient = 1),
                  list(t = unname(t.test(difference)$statistic), conf_int = as.numeric(t.test(difference)$conf.int)))
)
writeLines(toJSON(out, digits = 16, auto_unbox = TRUE, null = "null", pretty = FALSE),
           file.path(reference, "two_groups.json"))
