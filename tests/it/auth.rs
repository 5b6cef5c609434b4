//! Who is let in: tokens, published keys, API keys, and what each role may do.

mod tokens;
mod published_keys;
mod api_keys;
mod many_keys;
mod denials;
