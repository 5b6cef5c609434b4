use super::*;

const MINUTE: i64 = 60_000;
const DAY: i64 = 24 * 60 * MINUTE;
const ON: Power = Power { cut: None };

fn minutes(days: i64) -> impl Iterator<Item = Moment> {
    (0..days * DAY / MINUTE).map(|minute| Moment(minute * MINUTE))
}

#[test]
fn aps_fail_and_fall_silent() {
    let answers = |wanted| {
        let found = minutes(60).filter(|now| answer(3, *now) == wanted);
        found.count()
    };
    assert!(
        answers(Answer::Failure) > 60,
        "{}",
        answers(Answer::Failure)
    );
    assert!(answers(Answer::None) > 360, "{}", answers(Answer::None));
    assert!(
        answers(Answer::Table) > 50_000,
        "{}",
        answers(Answer::Table)
    );
}

#[test]
fn whoever_comes_back_has_associated_anew() {
    for weakness in [Weakness::Power, Weakness::Reboots, Weakness::Roams] {
        let (mut comebacks, mut before) = (0, None);
        for now in minutes(10) {
            let place = whereabouts(11, weakness, ON, now);
            if let (
                Some(Whereabouts::Gone | Whereabouts::Neighbour { .. }),
                Whereabouts::Home { since },
            ) = (before, place)
            {
                comebacks += 1;
                assert!(now.0 - since.0 <= MINUTE, "{weakness:?}");
            }
            before = Some(place);
        }
        assert!(comebacks > 3, "{comebacks} of {weakness:?}");
    }
}

#[test]
fn an_ap_without_power_has_no_clients_and_those_who_can_go_elsewhere() {
    let dark = minutes(60)
        .find(|now| answer(3, *now) == Answer::None)
        .unwrap();
    let gone = whereabouts(11, Weakness::None, power(3, dark), dark);
    assert_eq!(gone, Whereabouts::Gone);
    let elsewhere = whereabouts(11, Weakness::Roams, power(3, dark), dark);
    assert!(
        matches!(elsewhere, Whereabouts::Neighbour { .. }),
        "{elsewhere:?}"
    );
    let light = minutes(60)
        .find(|now| *now > dark && answer(3, *now) != Answer::None)
        .unwrap();
    let Whereabouts::Home { since } = whereabouts(11, Weakness::None, power(3, light), light)
    else {
        unreachable!("its power is back");
    };
    assert!(light.0 - since.0 <= MINUTE);
}

#[test]
fn a_radio_is_replaced_while_its_customer_waits() {
    let mut before = (generation(11, Moment(0)), Whereabouts::Gone);
    let mut replaced = 0;
    for now in minutes(200) {
        let (number, place) = (
            generation(11, now),
            whereabouts(11, Weakness::None, ON, now),
        );
        if number != before.0 {
            replaced += 1;
            assert_eq!(place, Whereabouts::Gone);
        }
        before = (number, place);
    }
    assert!((2..=6).contains(&replaced), "{replaced} in 200 days");
}

#[test]
fn interference_comes_and_goes() {
    let noise: Vec<_> = minutes(10).map(|now| interference_db(3, now)).collect();
    let loud = noise.iter().filter(|db| **db > 3.0).count();
    assert!(loud > 100, "{loud} minutes");
    assert!(noise.iter().all(|db| (0.0..=16.0).contains(db)));
    assert!(noise.contains(&0.0));
}
