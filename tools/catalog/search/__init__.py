"""How is a catalog searched? Facet columns, words and meaning, their fusion, and what to relax when nothing fits."""
