use entity::ids::Epoch;
use uuid::Uuid;

use super::*;
use crate::limits;

fn at(epoch: u128, seq: i64, resets: u64) -> Position {
    let epoch = Epoch(Uuid::from_u128(epoch));
    Position {
        cursor: FeedCursor { epoch, seq },
        resets,
        arrival: None,
    }
}

fn answer(text: &str, position: Option<Position>) -> Delivery {
    Delivery {
        json: text.into(),
        position,
        is_refusal: false,
    }
}

/// An execution that began at `start` and has answered at these positions.
fn feed(start: Position, answers: &[Position]) -> Arc<Execution> {
    let (say, position) = watch::channel(Some(start));
    let execution = Execution::new(Kind::Feed, position);
    for &position in answers {
        say.send_replace(Some(position));
        let text = position.cursor.seq.to_string();
        execution.publish(answer(&text, Some(position)));
    }
    execution
}

/// What who stands at `place` gets.
fn told(execution: &Execution, mut place: Place) -> String {
    let mut told = Vec::new();
    loop {
        match execution.next(&mut place) {
            Step::Answer(answer) => told.push(answer.json.to_string()),
            Step::UpToDate => return told.join(" "),
            Step::Behind(cursor) => return format!("behind {:?}", cursor.map(|cursor| cursor.seq)),
            Step::Ended => return format!("{} ended", told.join(" ")),
        }
    }
}

fn joined(execution: &Execution, epoch: u128, seq: i64) -> String {
    let place = execution.place(Some(at(epoch, seq, 0).cursor));
    place.map_or("alone".to_owned(), |place| told(execution, place))
}

#[test]
fn a_follower_joins_where_the_ring_goes_on_from_what_it_has_seen() {
    // Events 5, 6 and 9 were not wanted.
    let execution = feed(at(1, 4, 0), &[7, 8, 10].map(|seq| at(1, seq, 0)));
    assert_eq!(joined(&execution, 1, 7), "8 10");
    assert_eq!(joined(&execution, 1, 9), "10");
    assert_eq!(joined(&execution, 1, 10), "");
    assert_eq!(joined(&execution, 1, 6), "7 8 10");
    assert_eq!(joined(&execution, 1, 3), "alone", "before it began");
    assert_eq!(joined(&execution, 1, 11), "alone", "ahead of it");
    assert_eq!(joined(&execution, 2, 8), "alone", "another life");
    assert_eq!(told(&execution, execution.place(None).unwrap()), "");
}

#[test]
fn an_answer_that_comes_late_is_not_told_to_who_has_seen_it_elsewhere() {
    let (say, position) = watch::channel(Some(at(1, 4, 0)));
    let execution = Execution::new(Kind::Feed, position);
    say.send_replace(Some(at(1, 5, 0)));
    let place = execution.place(Some(at(1, 5, 0).cursor)).unwrap();
    execution.publish(answer("5", Some(at(1, 5, 0))));
    say.send_replace(Some(at(1, 6, 0)));
    execution.publish(answer("6", Some(at(1, 6, 0))));
    assert_eq!(told(&execution, place), "6");
}

#[test]
fn a_reset_is_told_to_everybody_and_parts_what_was_from_what_comes() {
    let execution = feed(at(1, 98, 0), &[at(1, 99, 0), at(1, 3, 1), at(1, 4, 1)]);
    let before = Place {
        next: 1,
        position: Some(at(1, 99, 0)),
    };
    assert_eq!(told(&execution, before), "3 4");
    assert_eq!(joined(&execution, 1, 3), "4");
    assert_eq!(joined(&execution, 1, 99), "alone");
}

#[test]
fn who_falls_off_the_ring_is_told_where_it_was() {
    let last = i64::try_from(limits::SHARED_ANSWERS).unwrap() + 1;
    let all: Vec<_> = (1..=last).map(|seq| at(1, seq, 0)).collect();
    let execution = feed(at(1, 0, 0), &all);
    let start = Place {
        next: 0,
        position: Some(at(1, 0, 0)),
    };
    assert_eq!(told(&execution, start), "behind Some(0)");
    assert_eq!(joined(&execution, 1, 0), "alone");
    assert!(joined(&execution, 1, 1).starts_with("2 3 "));
}

#[test]
fn of_values_that_replace_each_other_the_latest_is_told() {
    let (_say, position) = watch::channel(None);
    let execution = Execution::new(Kind::Latest, position);
    let early = execution.place(None).unwrap();
    for text in ["one", "two", "three"] {
        execution.publish(answer(text, None));
    }
    assert_eq!(told(&execution, early), "three");
    assert_eq!(told(&execution, execution.place(None).unwrap()), "three");
    execution.end();
    assert_eq!(told(&execution, early), "three ended");
}

#[test]
fn an_execution_is_shared_while_it_is_followed_and_runs() {
    let share = Share::default();
    let key = Key {
        tenant: TenantId(Uuid::nil()),
        role: Role::Viewer,
        query: "subscription".to_owned(),
        operation: None,
        variables: "{}".to_owned(),
    };
    let join = || share.join(key.clone(), || feed(at(1, 0, 0), &[]));
    let (first, second) = (join(), join());
    assert!(Arc::ptr_eq(&first, &second));
    first.end();
    let third = join();
    assert!(!Arc::ptr_eq(&first, &third));
    let gone = Arc::downgrade(&third);
    drop(third);
    assert!(gone.upgrade().is_none());
}

#[test]
fn who_took_the_links_goes_on_with_the_update_behind_them() {
    let (_table, links) = watch::channel(Table::default());
    let execution = Execution::of_links(links);
    let last = limits::SHARED_ANSWERS;
    for number in 0..=last {
        execution.publish(answer(&number.to_string(), None));
    }
    assert!(execution.place_at(0).is_none(), "the ring has lost it");
    let place = execution.place_at(last as u64).unwrap();
    assert_eq!(told(&execution, place), last.to_string());
    let place = execution.place_at(last as u64 + 1).unwrap();
    assert_eq!(told(&execution, place), "");
    let early = execution.place_at(1).unwrap();
    execution.publish(answer("one more", None));
    assert_eq!(told(&execution, early), "behind None");
}
