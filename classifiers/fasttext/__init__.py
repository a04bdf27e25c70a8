"""fastText classifiers (Joulin et al. 2016): trained by its library, used through our kernel."""
