package dev.sluice.lab.chaos;

import dev.sluice.lab.Latencies;
import dev.sluice.lab.Table;
import dev.sluice.lab.chaos.Answer.Verdict;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/** Counts the results that the clients have seen. Safe for use by many threads. */
final class Tally {
    /** An answer that is not the right one. */
    record Failure(Asked asked, Answer answer) {}

    private static final class Row {
        private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
        private final Latencies latencies = new Latencies();

        int count() {
            return counts.values().stream().mapToInt(Integer::intValue).sum();
        }
    }

    private final Map<RequestKind, Row> rows = new EnumMap<>(RequestKind.class);
    private final List<Failure> failures = new ArrayList<>();
    private final Set<String> posted = new HashSet<>();

    synchronized void count(Asked asked, Answer answer, long nanos) {
        Row row = row(asked.kind());
        row.counts.merge(answer.verdict(), 1, Integer::sum);
        row.latencies.add(nanos);
        if (answer.verdict() != Verdict.COMPLETE) {
            failures.add(new Failure(asked, answer));
        } else if (asked.kind() == RequestKind.POST) {
            posted.add(asked.id());
        }
    }

    synchronized int requests() {
        return rows.values().stream().mapToInt(Row::count).sum();
    }

    /** The failures for which this is true, in their order. */
    synchronized List<Failure> failures(Predicate<Failure> which) {
        return failures.stream().filter(which).toList();
    }

    /** The ids of the POSTs that got the right answer. */
    synchronized Set<String> posted() {
        return Set.copyOf(posted);
    }

    synchronized String table() {
        Table table = new Table("requests", "sent", "complete", "error", "aborted", "cut", "wrong", "p50 ms", "p99 ms");
        for (RequestKind kind : RequestKind.values()) {
            Row row = row(kind);
            List<String> cells = new ArrayList<>(List.of(kind.toString(), String.valueOf(row.count())));
            for (Verdict verdict : Verdict.values()) {
                cells.add(String.valueOf(row.counts.getOrDefault(verdict, 0)));
            }
            cells.add(Table.millis(row.latencies.percentileMicros(50)));
            cells.add(Table.millis(row.latencies.percentileMicros(99)));
            table.row(cells.toArray(String[]::new));
        }
        return table.markdown();
    }

    /** The failures by kind of request and by the answer. */
    synchronized Map<String, Integer> failuresByDetail() {
        Map<String, Integer> by = new TreeMap<>();
        failures.forEach(each -> by.merge(
                each.asked().kind() + " " + each.answer().verdict() + ": "
                        + each.answer().detail().replaceAll("(?<=after )\\d+", "N"),
                1,
                Integer::sum));
        return by;
    }

    private Row row(RequestKind kind) {
        return rows.computeIfAbsent(kind, any -> new Row());
    }
}
