//! What the parser makes of articles.

mod article;
mod commonmark;
mod diagnostics;
mod expressions;
mod markdown;
mod properties;
mod props;
mod support;
