"""How satisfied customers are: index, service quality, Kano, ratings."""
