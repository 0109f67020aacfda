//! A class: a room of people who answer the book's questions, a teacher who asks them, a projector that shows the sums.
//!
//! - [`rules`]: what may follow what, and what votes come to. Pure code.
//! - [`store`]: what is kept, in one SQLite file, or in PostgreSQL where several servers share a class.
//! - [`Hall`]: the class while it is open. What it confirmed is on disk; what it shows is read from there.
//!
//! Nothing here knows HTTP. Who may do what is for the server to see to.

mod clock;
mod export;
mod hall;
mod qr;
mod refused;
pub mod rules;
mod secret;
mod snapshot;
pub mod store;
mod take_home;
mod watch;
mod writer;

pub use clock::Clock;
pub use export::{Sums, csv};
pub use hall::{Hall, Opening, Presence};
pub use qr::{qr_svg, qr_text};
pub use refused::Refused;
pub use secret::Token;
pub use snapshot::Shown;
pub use take_home::TakeHome;
pub use writer::Me;
