# Reference numbers for analytics.statistics.two_groups.correlation: Rscript tests/oracle/r/correlation.R
# Run from the project's folder; writes tests/oracle/reference/correlation.json.
# survey 4.1: phi as a function of survey means, linearised, families as clusters.
# clubSandwich 0.5.8: CR2 and Satterthwaite's degrees of freedom of the mean influence.
suppressPackageStartupMessages({ library(survey); library(clubSandwich) })
reference <- "tests/oracle/reference"
fsp <- read.csv(file.path(reference, "data", "fsp_like.csv"))
digits <- function(x) format(unname(as.numeric(x)), digits = 17)

one <- function(x, y, cluster) {
  d <- data.frame(x = x, y = y, xy = x * y, cluster = cluster)
  design <- svydesign(ids = ~cluster, data = d, weights = ~1)
  phi <- svycontrast(svymean(~ x + y + xy, design),
                     quote((xy - x * y) / sqrt(x * (1 - x) * y * (1 - y))))
  z <- function(v) (v - mean(v)) / sqrt(mean((v - mean(v))^2))
  r <- cor(x, y)
  influence <- z(x) * z(y) - r * (z(x)^2 + z(y)^2) / 2
  fit <- lm(influence ~ 1)
  cr2 <- vcovCR(fit, cluster = cluster, type = "CR2")
  df <- coef_test(fit, vcov = cr2, test = "Satterthwaite")$df_Satt
  sprintf('{"phi": %s, "survey": %s, "CR2": %s, "df": %s, "correlation": %s}',
          digits(coef(phi)), digits(SE(phi)), digits(sqrt(cr2[1])), digits(df), digits(r))
}

few <- fsp[fsp$family_id %in% unique(fsp$family_id)[1:16], ]
writeLines(sprintf('{\n  "all": %s,\n  "few": %s,\n  "independent": %s\n}',
  one(fsp$treat, fsp$outcome, fsp$family_id),
  one(few$treat, few$outcome, few$family_id),
  one(fsp$treat, fsp$outcome, seq_len(nrow(fsp)))
), file.path(reference, "correlation.json"))
