package dev.sluice.proxy.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.transport.jdk.JdkTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Sends the same odd messages through each pairing. Every difference is a row of {@code docs/differences.md}, and every
 * row is a difference. This is exact on the JDK updates of the columns; see {@link JdkTable}.
 */
class DifferencesTest {
    /** The messages are odd in HTTP/1.1. */
    private static final List<Pairing> OF_HTTP1 =
            Stream.of(Pairing.values()).filter(each -> !each.hasHttp2()).toList();

    static Stream<String> requests() {
        return OddMessages.REQUESTS.keySet().stream();
    }

    static Stream<String> responses() {
        return OddMessages.RESPONSES.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("requests")
    void aRequestGoesTheSameWayThroughAllPairingsUnlessTheTableSaysOtherwise(String what) throws Exception {
        String message = OddMessages.REQUESTS.get(what);
        Map<Pairing, String> observed = new EnumMap<>(Pairing.class);
        for (Pairing pairing : OF_HTTP1) {
            observed.put(pairing, Observed.request(pairing, OddMessages.bytes(message)));
        }
        compare("Requests", what, message, observed);
    }

    @ParameterizedTest
    @MethodSource("responses")
    void aResponseGoesTheSameWayThroughAllPairingsUnlessTheTableSaysOtherwise(String what) throws Exception {
        String message = OddMessages.RESPONSES.get(what);
        Map<Pairing, String> observed = new EnumMap<>(Pairing.class);
        for (Pairing pairing : OF_HTTP1) {
            observed.put(pairing, Observed.response(pairing, OddMessages.bytes(message), OddMessages.closes(what)));
        }
        compare("Responses", what, message, observed);
    }

    private static void compare(String section, String what, String message, Map<Pairing, String> observed)
            throws IOException {
        JdkTable table = JdkTable.of("differences.md", section);
        List<String> row = table.rows().get(what);
        String seen = described(observed);
        if (row == null) {
            if (table.isOfTheRunningUpdate()) {
                assertThat(seen).as("a difference without a row: %s", what).isEqualTo("no difference");
            }
            return;
        }
        assertThat(row.get(1)).isEqualTo("`" + OddMessages.shown(message) + "`");
        assertThat(row.get(2) + row.get(3)).as("a row without a difference").isNotEqualTo("no differenceno difference");
        assertThat(row.get(4)).as("why").isNotEmpty();
        table.own(what).ifPresent(own -> assertThat(seen).as(what).isEqualTo(own));
    }

    @Test
    void everyRowIsOfTheCorpus() throws Exception {
        assertThat(OddMessages.REQUESTS.keySet())
                .containsAll(JdkTable.of("differences.md", "Requests").rows().keySet());
        assertThat(OddMessages.RESPONSES.keySet())
                .containsAll(JdkTable.of("differences.md", "Responses").rows().keySet());
    }

    @Test
    void theTableOfLimitationsIsTheListInTheTests() throws Exception {
        assertThat(page().lines()
                        .filter(line -> line.startsWith("| ")
                                && line.chars().filter(c -> c == '|').count() == 5))
                .startsWith("| what | JDK listener | JDK upstream | HTTP/2 |", "| --- | --- | --- | --- |")
                .containsSubsequence(
                        Stream.of(Limitation.values()).map(Limitation::row).toList())
                .hasSize(Limitation.values().length + 2);
    }

    /** The differences in few words: pairings with the same result are named together. */
    private static String described(Map<Pairing, String> observed) {
        Map<String, Set<Pairing>> groups = new LinkedHashMap<>();
        observed.forEach((pairing, seen) -> groups.computeIfAbsent(seen, absent -> EnumSet.noneOf(Pairing.class))
                .add(pairing));
        if (groups.size() == 1) {
            return "no difference";
        }
        StringJoiner text = new StringJoiner("; ");
        groups.forEach((seen, pairings) -> text.add(label(pairings) + ": `" + seen + "`"));
        return text.toString();
    }

    private static String label(Set<Pairing> pairings) {
        boolean jdkListener = pairings.stream().allMatch(each -> each.listener() == Half.JDK);
        boolean directListener = pairings.stream().allMatch(each -> each.listener() == Half.DIRECT);
        if (pairings.size() == 1) {
            Pairing only = pairings.iterator().next();
            return shown(only.listener()) + "+" + shown(only.upstream());
        }
        if (pairings.size() == 3) {
            return "else";
        }
        if (jdkListener || directListener) {
            return "listener " + shown(jdkListener ? Half.JDK : Half.DIRECT);
        }
        boolean jdkUpstream = pairings.stream().allMatch(each -> each.upstream() == Half.JDK);
        boolean directUpstream = pairings.stream().allMatch(each -> each.upstream() == Half.DIRECT);
        return jdkUpstream || directUpstream
                ? "upstream " + shown(jdkUpstream ? Half.JDK : Half.DIRECT)
                : "crossed " + pairings;
    }

    private static String shown(Half half) {
        return half == Half.JDK ? "JDK" : "direct";
    }

    private static String page() throws IOException {
        return Files.readString(Path.of("..", "docs", "differences.md"));
    }
}
