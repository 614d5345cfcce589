#include "view/run_counters.h"

namespace wordstream {
namespace {

template <auto kMember>
std::uint64_t value_of(const RunCounters& all) {
  return all.*kMember;
}

template <auto kMember>
std::uint64_t relp_value_of(const RunCounters& all) {
  return all.relp.*kMember;
}

using All = RunCounters;
using Relp = event::RelpTotals;

constexpr CounterRow kRows[] = {
    {"lines", "Lines counted, in closed batches.", value_of<&All::lines>},
    {"words", "Words counted, in closed batches.", value_of<&All::words>},
    {"received_bytes", "Bytes of the lines counted, line ends included.", value_of<&All::bytes>},
    {"batches", "Batches closed, empty ones included.", value_of<&All::batches>},
    {"cut_lines", "Lines longer than allowed, cut there.", value_of<&All::cut_lines>},
    {"dropped_lines", "Unfinished lines dropped when their stream broke off.",
     value_of<&All::dropped_lines>},
    {"grown_lines", "Last lines counted without an end that grew, and counted as two.",
     value_of<&All::grown_lines>},
    {"left_out_lines", "Lines left out by --grep and --skip.", value_of<&All::left_out_lines>},
    {"lines_without_selection", "Lines in which --field, --match or --json found nothing.",
     value_of<&All::keyless_lines>},
    {"skipped_ticks", "Ticks of the batch clock that were skipped.", value_of<&All::skipped_ticks>},
    {"uncounted_bytes", "Bytes read and not counted, for lack of memory.",
     value_of<&All::uncounted_bytes>},
    {"connections", "Connections made or let in.", value_of<&All::connections>},
    {"failed_accepts", "Times that nobody could be let in, for lack of something.",
     value_of<&All::failed_accepts>},
    {"dropped_repeats", "Frames of producers that had come before, dropped or cut.",
     relp_value_of<&Relp::repeats>},
    {"gaps", "Gaps in what producers sent, taken or refused.",
     [](const All& all) { return all.relp.gaps_taken + all.relp.gaps_refused; }},
    {"gap_bytes", "Bytes in the gaps that were taken.", relp_value_of<&Relp::skipped_bytes>},
    {"lines_without_key", "Lines without the key that was asked for.",
     relp_value_of<&Relp::without_key>},
    {"bad_frames", "Frames of RELP that could not be understood.",
     relp_value_of<&Relp::bad_frames>},
    {"new_generations", "Producers that sent something else from their start.",
     relp_value_of<&Relp::new_generations>},
    {"mistaken_lines", "Lines of these that were taken for repeats, and lost.",
     relp_value_of<&Relp::lost_lines>},
    {"forgotten_producers", "Producers of which it was forgotten how far they had come.",
     relp_value_of<&Relp::forgotten>},
    {"truncated_files", "Files truncated with no copy of what was there.",
     value_of<&All::truncated_files>},
    {"lost_files", "Files that went away with lines unread.", value_of<&All::lost_files>},
    {"repeated_files", "Files that may have been counted before, and were counted again.",
     value_of<&All::repeated_files>},
    {"forgotten_files", "Files gone for so long that it was forgotten how far they were read.",
     value_of<&All::forgotten_files>},
    {"skipped_zero_bytes", "Zeros skipped at the start of truncated files.",
     value_of<&All::skipped_zero_bytes>},
    {"lost_messages", "Messages of a topic that went away unread, at most.",
     value_of<&All::lost_messages>},
    {"lost_rows", "Rows sent that will never be acknowledged.", value_of<&All::lost_rows>},
    {"truncated_words", "Words cut to fit into a message.", value_of<&All::truncated_words>},
};

}  // namespace

std::span<const CounterRow> counter_rows() { return kRows; }

}  // namespace wordstream
