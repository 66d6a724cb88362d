package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.date;
import static dev.sluice.proxy.cache.rule.Times.head;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.cache.rule.Ranges.Kind;
import dev.sluice.proxy.cache.rule.Ranges.Part;
import dev.sluice.proxy.cache.store.StoredHead;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 9110 §14.1.2, §14.2, §13.1.5, §15.3.7, §15.5.17. */
class RangesTest {
    private static final StoredHead STORED =
            head("ETag", "\"a\"", "Last-Modified", date(-100), "Content-Type", "text/plain");

    private static Ranges of(String range, long length) {
        return Ranges.of("GET", Headers.of("Range", range), STORED, length, T0);
    }

    private static String text(Ranges ranges) {
        return ranges.kind() == Kind.PARTS
                ? String.join(
                        " ",
                        ranges.parts().stream()
                                .map(p -> p.first() + "-" + p.last())
                                .toList())
                : ranges.kind().toString();
    }

    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 0-4",
        "bytes=0-9, 0-9",
        "bytes=0-, 0-9",
        "bytes=5-, 5-9",
        "bytes=9-, 9-9",
        "bytes=0-99, 0-9",
        "bytes=0-99999999999999999999, 0-9",
        "bytes=-3, 7-9",
        "bytes=-10, 0-9",
        "bytes=-11, 0-9",
        "bytes=-99999999999999999999, 0-9",
        "bytes=10-, UNSATISFIABLE",
        "bytes=10-20, UNSATISFIABLE",
        "bytes=99999999999999999999-, UNSATISFIABLE",
        "bytes=-0, UNSATISFIABLE",
        "'bytes=10-,-0', UNSATISFIABLE",
        "'bytes=0-1,3-4', 0-1 3-4",
        "'bytes=3-4,0-1', 3-4 0-1",
        "'bytes=0-1,10-20', 0-1",
        "'bytes=0-1,-1', 0-1 9-9",
        // overlapping ones, and more than the whole
        "'bytes=0-4,4-5', WHOLE",
        "'bytes=0-,0-', WHOLE",
        "'bytes=0-4,2-3', WHOLE",
        "'bytes=-3,8-9', WHOLE",
        // malformed, and another unit
        "bytes=4-3, WHOLE",
        "bytes=a, WHOLE",
        "items=0-4, WHOLE",
        "'bytes=0-1,x', WHOLE"
    })
    void aPartOfTenBytesAnswers(String range, String expected) {
        assertThat(text(of(range, 10))).isEqualTo(expected);
    }

    @Test
    void anEmptyBodyIsSentWhole() {
        assertThat(text(of("bytes=0-", 0))).isEqualTo("WHOLE");
        assertThat(text(of("bytes=-5", 0))).isEqualTo("WHOLE");
    }

    @Test
    void aLongBodyHasPartsToo() {
        assertThat(text(of("bytes=-1", Long.MAX_VALUE))).isEqualTo((Long.MAX_VALUE - 1) + "-" + (Long.MAX_VALUE - 1));
        assertThat(of("bytes=0-", Long.MAX_VALUE).parts().get(0).length()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void moreThanSixteenRangesAreNoneAtAll() {
        StringBuilder ranges = new StringBuilder("bytes=0-0");
        for (int i = 1; i < 16; i++) {
            ranges.append(',').append(2 * i).append('-').append(2 * i);
        }
        assertThat(of(ranges.toString(), 100).parts()).hasSize(16);
        assertThat(text(of(ranges + ",90-90", 100))).isEqualTo("WHOLE");
    }

    /** §14.2: for GET alone. */
    @ParameterizedTest
    @ValueSource(strings = {"HEAD", "POST", "get"})
    void otherMethodsHaveNoRanges(String method) {
        assertThat(text(Ranges.of(method, Headers.of("Range", "bytes=0-1"), STORED, 10, T0)))
                .isEqualTo("WHOLE");
    }

    @Test
    void onlyA200HasParts() {
        assertThat(text(Ranges.of("GET", Headers.of("Range", "bytes=0-1"), head(404), 10, T0)))
                .isEqualTo("WHOLE");
        assertThat(text(Ranges.of("GET", Headers.of("Range", "bytes=99-"), head(301), 10, T0)))
                .isEqualTo("WHOLE");
    }

    @Test
    void withoutRangeOrWithTwoTheWholeAnswers() {
        assertThat(text(Ranges.of("GET", Headers.empty(), STORED, 10, T0))).isEqualTo("WHOLE");
        assertThat(text(Ranges.of("GET", Headers.of("Range", "bytes=0-1", "Range", "bytes=0-1"), STORED, 10, T0)))
                .isEqualTo("WHOLE");
    }

    private static boolean met(StoredHead stored, String... ifRange) {
        Headers.Builder request = Headers.of("Range", "bytes=0-1").toBuilder();
        for (String value : ifRange) {
            request.add("If-Range", value);
        }
        return Ranges.of("GET", request.build(), stored, 10, T0).kind() == Kind.PARTS;
    }

    /** §13.1.5: compared strongly. */
    @Test
    void ifRangeWithATagMustBeTheStoredOneAndStrong() {
        assertThat(met(STORED, "\"a\"")).isTrue();
        assertThat(met(STORED, "\"b\"")).isFalse();
        assertThat(met(STORED, "W/\"a\"")).isFalse();
        assertThat(met(head("ETag", "W/\"a\""), "W/\"a\"")).isFalse();
        assertThat(met(head("ETag", "W/\"a\""), "\"a\"")).isFalse();
        assertThat(met(head(), "\"a\"")).isFalse();
        assertThat(met(STORED, "a")).isFalse();
        assertThat(met(STORED, "\"a\", \"b\"")).isFalse();
        assertThat(met(STORED, "\"a\"", "\"a\"")).isFalse();
        assertThat(met(STORED, "*")).isFalse();
        assertThat(met(STORED, "")).isFalse();
    }

    /** §13.1.5, §8.8.2.2. */
    @Test
    void ifRangeWithADateMustBeTheLastChangeLongEnoughBeforeTheDate() {
        assertThat(met(STORED, date(-100))).isTrue();
        assertThat(met(STORED, date(-99))).isFalse();
        assertThat(met(STORED, date(-101))).isFalse();
        assertThat(met(head("Last-Modified", date(0)), date(0))).isFalse();
        assertThat(met(head("Last-Modified", date(-1)), date(-1))).isTrue();
        assertThat(met(head(), date(0))).isFalse();
        assertThat(met(STORED, "Fri, 01 May 2026 11:58:20 UTC")).isFalse();
    }

    /** §13.2.2: without Range it has no effect. */
    @Test
    void ifRangeAloneHasNoEffect() {
        assertThat(Ranges.of("GET", Headers.of("If-Range", "\"a\""), STORED, 10, T0)
                        .kind())
                .isEqualTo(Kind.WHOLE);
    }

    /** §15.3.7.1. */
    @Test
    void onePartHasAContentRange() {
        Headers fields = Multipart.fields(STORED.headers(), new Part(2, 4), 10);

        assertThat(fields.all("Content-Range")).containsExactly("bytes 2-4/10");
        assertThat(fields.all("Content-Type")).containsExactly("text/plain");
        assertThat(fields.all("ETag")).containsExactly("\"a\"");
        assertThat(fields.has("Date")).isTrue();
    }

    /** §15.3.7.2, §14.6. */
    @Test
    void severalPartsAreABodyOfKnownLength() {
        String body = "0123456789";
        Multipart parts = new Multipart(List.of(new Part(7, 9), new Part(0, 0)), STORED.headers(), 10, "x-1");
        StringBuilder sent = new StringBuilder();
        for (Multipart.Section section : parts.sections()) {
            sent.append(new String(section.head(), ISO_8859_1));
            sent.append(body, (int) section.part().first(), (int) section.part().last() + 1);
        }
        sent.append(new String(parts.end(), ISO_8859_1));

        assertThat(sent).hasToString("""
                --x-1
                Content-Type: text/plain
                Content-Range: bytes 7-9/10

                789
                --x-1
                Content-Type: text/plain
                Content-Range: bytes 0-0/10

                0
                --x-1--
                """.replace("\n", "\r\n"));
        assertThat(parts.length()).isEqualTo(sent.length());
    }

    @Test
    void partsOfAnUnknownTypeHaveNone() {
        Multipart parts = new Multipart(List.of(new Part(0, 0), new Part(2, 2)), Headers.empty(), 10, "b");

        assertThat(new String(parts.sections().get(0).head(), ISO_8859_1))
                .isEqualTo("--b\r\nContent-Range: bytes 0-0/10\r\n\r\n");
    }

    /** §15.3.7.2: no Content-Range of its own. */
    @Test
    void severalPartsHaveTheirOwnType() {
        Headers fields = Multipart.fields(STORED.headers(), "x-1");

        assertThat(fields.all("Content-Type")).containsExactly("multipart/byteranges; boundary=x-1");
        assertThat(fields.has("Content-Range")).isFalse();
        assertThat(fields.has("ETag")).isTrue();
    }

    /** §15.5.17. */
    @Test
    void whatCannotBeSatisfiedIsToldTheLength() {
        Headers fields = Multipart.unsatisfiable(STORED.headers(), 10);

        assertThat(fields.all("Content-Range")).containsExactly("bytes */10");
        assertThat(fields.has("Content-Type")).isFalse();
    }
}
