// The words of a socket, each second or over the last seconds, with timely dataflow, one worker:
//   timely-words HOST PORT WINDOW_SECONDS
// A row is the end of a window in ms, a word, its count. The time of a line is the end of its second; once the input has
// been advanced past it, the frontier says that the second is whole.
use std::collections::hash_map::DefaultHasher;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::fmt::Write;
use std::hash::{Hash, Hasher};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use timely::dataflow::channels::pact::Exchange;
use timely::dataflow::operators::{Input, Inspect, Map, Operator, Probe};
use timely::dataflow::InputHandle;

fn second() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs() + 1
}

fn hash(word: &String) -> u64 {
    let mut hasher = DefaultHasher::new();
    word.hash(&mut hasher);
    hasher.finish()
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let window: u64 = args[3].parse().unwrap();
    let socket = TcpStream::connect(format!("{}:{}", args[1], args[2])).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    let mut socket = BufReader::with_capacity(1 << 16, socket);

    timely::execute_directly(move |worker| {
        let mut lines: InputHandle<u64, String> = InputHandle::new();
        lines.advance_to(second());
        let probe = worker.dataflow(|scope| {
            scope.input_from(&mut lines)
                .flat_map(|line: String| {
                    line.trim_end_matches(' ').split(' ').map(str::to_owned).collect::<Vec<_>>()
                })
                .unary_frontier(Exchange::new(hash), "count", move |_, _| {
                    let mut counts: BTreeMap<u64, HashMap<String, u64>> = BTreeMap::new();
                    let mut due = BTreeSet::new();
                    let mut pending = Vec::new();
                    move |input, output| {
                        while let Some((time, words)) = input.next() {
                            let of_second = counts.entry(*time.time()).or_default();
                            for word in words.replace(Vec::new()) {
                                *of_second.entry(word).or_insert(0) += 1;
                            }
                            for end in *time.time()..*time.time() + window {
                                if due.insert(end) {
                                    pending.push(time.delayed(&end));
                                }
                            }
                        }
                        pending.sort_by_key(|capability| std::cmp::Reverse(*capability.time()));
                        while pending.last().map_or(false, |c| !input.frontier().less_equal(c.time())) {
                            let capability = pending.pop().unwrap();
                            let end = *capability.time();
                            let mut sums: HashMap<&String, u64> = HashMap::new();
                            for (word, count) in counts.range(end + 1 - window..=end).flat_map(|(_, of)| of) {
                                *sums.entry(word).or_insert(0) += count;
                            }
                            let mut rows = String::new();
                            for (word, count) in sums {
                                writeln!(rows, "{}\t{}\t{}", end * 1000, word, count).unwrap();
                            }
                            output.session(&capability).give(rows);
                            due.remove(&end);
                            counts = counts.split_off(&(end + 2 - window));
                        }
                    }
                })
                .inspect(|rows: &String| print!("{}", rows))
                .probe()
        });

        let (mut line, mut count) = (Vec::new(), 0);
        loop {
            match socket.read_until(b'\n', &mut line) {
                Ok(0) => break,
                Err(error) if error.kind() != std::io::ErrorKind::WouldBlock => break,
                _ => {}
            }
            if line.last() == Some(&b'\n') {
                line.pop();
                lines.send(String::from_utf8_lossy(&line).into_owned());
                line.clear();
                count += 1;
            }
            let now = second();
            if now > *lines.time() {
                lines.advance_to(now);
                while probe.less_than(lines.time()) {
                    worker.step();
                }
            } else if count % 1000 == 0 {
                worker.step();
            }
        }
    });
}
