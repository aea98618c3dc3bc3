//! Every palette of a picture, computed once for the build and for the page.
#![cfg_attr(not(feature = "std"), no_std)]
