"""Archives read forward, in memory and within bounds: no member is trusted, none is written anywhere."""
