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
mod node;
mod events;
mod registrations;
mod searches;
mod filters;
mod orders;
mod paging;
mod summary;
mod create_sites;
mod update_sites;
mod create_devices;
mod update_devices;
mod forgetting;
mod statements;
mod fault;
mod policies;
