//! Floor 0: what every text language here shares.
