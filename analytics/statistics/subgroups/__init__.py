"""Many at once: multiple tests, interaction across subgroups and pooling across areas."""
