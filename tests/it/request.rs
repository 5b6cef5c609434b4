//! A request's way: what may be asked, by whom, and what comes back.

mod auth;
mod form;
mod selection_order;
mod documents;
mod viewer;
mod tenants;
mod sites;
mod devices;
mod interfaces;
mod link;
mod filters;
mod orders;
mod paging;
mod summary;
mod create_sites;
mod create_devices;
mod statements;
mod fault;
mod policies;
