//! Floor 2: the Data Definition Language.
