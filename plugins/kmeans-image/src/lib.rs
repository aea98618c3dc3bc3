//! The `<KMeansImage>` component.
