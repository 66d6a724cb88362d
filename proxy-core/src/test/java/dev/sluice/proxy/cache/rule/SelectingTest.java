package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.at;
import static dev.sluice.proxy.cache.rule.Times.date;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.store.StoredHead;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 9111 §4.1. */
class SelectingTest {
    private static String variant(String name, String... values) {
        Headers.Builder request = Headers.builder();
        for (String value : values) {
            request.add(name, value);
        }
        return Selecting.variant(request.build(), List.of(name));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                // white space, where the syntax allows it
                "x-list | a,b | a , b",
                "accept | text/html, */* | text/html,*/*",
                "x-list | \"a\\\",b\", c | \"a\\\",b\",c",
                // order and weights
                "accept-encoding | gzip, br | br,gzip",
                "accept-encoding | gzip, br | GZIP ;q=1.0,br; Q=1",
                "accept-encoding | gzip;q=0.5 | gzip; q=0.500",
                "accept-encoding | gzip;q=0 | gzip;q=0.000",
                "accept-encoding | gzip | x-gzip, gzip",
                "accept-encoding | gzip, br | ,gzip,,br,",
                "accept-language | en-GB, de;q=0.5 | de;q=0.50, EN-gb",
                "accept-charset | utf-8 | UTF-8"
            },
            delimiter = '|')
    void whatMeansTheSameMatches(String name, String one, String other) {
        assertThat(variant(name, one)).isEqualTo(variant(name, other));
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "x-list | a | A",
                "x-list | a | a,",
                "x-list | a,b | a,,b",
                "x-list | a,b | b,a",
                "x-list | \"a,b\" | \"a, b\"",
                "x-list | a b | a  b",
                "x-list | a,\"b | a, \"b",
                "accept-encoding | gzip | br",
                "accept-encoding | gzip | gzip;q=0.5",
                "accept-encoding | gzip;q=0.5 | gzip;q=0.6",
                "accept-encoding | gzip;q=0.5 | gzip;q=5",
                "accept-encoding | gzip | gzip;q=0",
                "accept-encoding | gzip, br | gzip br",
                "accept-encoding | gzip | gzip;q=1.1",
                "accept-encoding | gzip | gzip;q=",
                "accept-encoding | gzip;q=0.5 | gzip;q=0.5000",
                "accept-language | en | en-GB",
                "user-agent | a,b | a, b",
                "cookie | a=1,2 | a=1, 2"
            },
            delimiter = '|')
    void whatMeansSomethingElseDoesNot(String name, String one, String other) {
        assertThat(variant(name, one)).isNotEqualTo(variant(name, other));
    }

    @Test
    void severalLinesAreOne() {
        assertThat(variant("x-list", "a", "b")).isEqualTo(variant("x-list", "a, b"));
        assertThat(variant("accept-encoding", "br", "gzip")).isEqualTo(variant("accept-encoding", "gzip,br"));
        assertThat(variant("x-list", "\"a", "b\"")).isEqualTo(variant("x-list", "\"a, b\""));
        assertThat(variant("X-List", "a")).isNotEqualTo(variant("x-list", "b"));
    }

    @Test
    void anAbsentFieldMatchesOnlyAnAbsentOne() {
        assertThat(variant("x-a")).isEqualTo(variant("x-a"));
        assertThat(variant("x-a")).isNotEqualTo(variant("x-a", ""));
        assertThat(variant("accept-encoding", ",")).isEqualTo(variant("accept-encoding", ""));
        assertThat(Selecting.variant(Headers.of("X-A", "1"), List.of())).isEmpty();
    }

    @Test
    void namesAreFoundWithoutCase() {
        assertThat(Selecting.variant(Headers.of("ACCEPT", "a"), List.of("accept")))
                .isEqualTo(Selecting.variant(Headers.of("accept", "a"), List.of("accept")));
    }

    /** Whatever a client sends, the text tells apart what is different. */
    @Test
    void noValueCanPassForAnother() {
        SplittableRandom random = new SplittableRandom(11);
        Map<String, String> meanings = new HashMap<>();
        String[] parts = {"a", ":", ";", "1", "x-b", "x-b:1:a", "x-b::a", "::", "\"", "\\", "x-b;", "=", "  "};
        for (int i = 0; i < 20_000; i++) {
            Headers.Builder request = Headers.builder();
            StringBuilder meaning = new StringBuilder();
            for (String name : List.of("user-agent", "x-b")) {
                if (random.nextInt(4) > 0) {
                    StringBuilder value = new StringBuilder();
                    for (int part = random.nextInt(5); part > 0; part--) {
                        value.append(parts[random.nextInt(parts.length)]);
                    }
                    request.add(name, value.toString());
                    meaning.append(name)
                            .append('\n')
                            .append(value.toString().strip())
                            .append('\n');
                }
            }
            String variant = Selecting.variant(request.build(), List.of("user-agent", "x-b"));
            assertThat(meanings.computeIfAbsent(variant, unused -> meaning.toString()))
                    .isEqualTo(meaning.toString());
        }
    }

    private static StoredHead head(String id, long date, String prefix, Headers request, String... selecting) {
        List<String> names = List.of(selecting);
        return StoredHead.builder("k", 200)
                .headers(Headers.of("Date", date(date), "X-Id", id))
                .responseAt(T0)
                .selecting(names)
                .variant(prefix + Selecting.variant(request, names))
                .build();
    }

    private static String pick(Headers request, String prefix, StoredHead... heads) {
        StoredHead head = Selecting.pick(request, List.of(heads), prefix);
        return head == null ? "none" : head.headers().first("X-Id").orElseThrow();
    }

    @Test
    void aRequestSelectsWhatMatchesIt() {
        Headers german = Headers.of("Accept-Language", "de");
        Headers english = Headers.of("Accept-Language", "en");
        StoredHead de = head("de", 0, "", german, "accept-language");
        StoredHead en = head("en", 0, "", english, "accept-language");

        assertThat(pick(german, "", en, de)).isEqualTo("de");
        assertThat(pick(english, "", en, de)).isEqualTo("en");
        assertThat(pick(Headers.empty(), "", en, de)).isEqualTo("none");
        assertThat(pick(german, "p", en, de)).isEqualTo("none");
        assertThat(pick(german, "")).isEqualTo("none");
    }

    /** §4: by Date, and by the receipt without. */
    @Test
    void ofSeveralTheMostRecentIsSelected() {
        Headers request = Headers.of("X-A", "1", "X-B", "2");
        StoredHead older = head("older", -10, "", request, "x-a");
        StoredHead newer = head("newer", 0, "", request, "x-b");
        StoredHead undated = newer.toBuilder()
                .headers(Headers.of("X-Id", "undated"))
                .responseAt(at(5))
                .build();

        assertThat(pick(request, "", older, newer)).isEqualTo("newer");
        assertThat(pick(request, "", newer, older)).isEqualTo("newer");
        assertThat(pick(request, "", newer, undated)).isEqualTo("undated");
    }

    /** §4.1. */
    @Test
    void oneThatVariesIsSelectedBeforeOneThatDoesNot() {
        Headers request = Headers.of("X-A", "1");
        StoredHead plain = head("plain", 10, "", request);
        StoredHead older = head("older", -10, "", request, "x-a");
        StoredHead newer = head("newer", 0, "", request, "x-a");

        assertThat(pick(request, "", plain, older, newer)).isEqualTo("newer");
        assertThat(pick(request, "", newer, older, plain)).isEqualTo("newer");
        assertThat(pick(Headers.empty(), "", newer, older, plain)).isEqualTo("plain");
    }
}
