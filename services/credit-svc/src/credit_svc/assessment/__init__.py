"""Who the customer is as a debtor: credit class, behaviour class, file, reviews."""
