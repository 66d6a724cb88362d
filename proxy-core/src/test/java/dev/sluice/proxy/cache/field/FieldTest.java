package dev.sluice.proxy.cache.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The fields that have one value, or a list of simple ones. */
class FieldTest {
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");

    /** RFC 9111 §5.1. */
    @ParameterizedTest
    @CsvSource(
            value = {
                "30 | 30",
                "0 | 0",
                "007 | 7",
                "30, 60 | 30",
                "30, abc | 30",
                ", 30 | 30",
                "2147483648 | 2147483648",
                "2147483649 | 2147483648",
                "99999999999999999999 | 2147483648",
                "abc, 30 | 0",
                "1.5 | 0",
                "-5 | 0",
                "+5 | 0",
                "5s | 0",
                "\"5\" | 0",
                "5;x=1 | 0",
                "'' | 0"
            },
            delimiter = '|')
    void anAgeIsTheFirstMemberAndIgnoredIfItIsNoNumber(String value, long seconds) {
        assertThat(Age.of(Headers.of("Age", value))).isEqualTo(seconds);
    }

    @Test
    void withSeveralLinesOfAgeTheFirstCounts() {
        assertThat(Age.of(Headers.of("Age", "7", "Age", "9"))).isEqualTo(7);
        assertThat(Age.of(Headers.of("Age", "x", "Age", "9"))).isZero();
        assertThat(Age.of(Headers.empty())).isZero();
    }

    @Test
    void ofTwoDatesTheFirstCountsUnlessOneIsMalformed() {
        String early = "Fri, 01 May 2026 10:00:00 GMT";
        String late = "Fri, 01 May 2026 11:00:00 GMT";

        assertThat(Dates.of(Headers.of("Expires", late, "Expires", early), "Expires", NOW))
                .isEqualTo("2026-05-01T11:00:00Z");
        assertThat(Dates.of(Headers.of("Expires", late, "Expires", "0"), "Expires", NOW))
                .isNull();
        assertThat(Dates.of(Headers.of("Expires", "0", "Expires", late), "Expires", NOW))
                .isNull();
        assertThat(Dates.of(Headers.empty(), "Expires", NOW)).isNull();
        assertThat(Dates.single(Headers.of("Expires", late, "Expires", late), "Expires", NOW))
                .isNull();
        assertThat(Dates.single(Headers.of("Expires", late), "Expires", NOW)).isNotNull();
    }

    /** RFC 9110 §12.5.5. */
    @Test
    void varyNamesFieldsInAllItsLines() {
        Vary vary = Vary.of(Headers.of("Vary", "Accept, ACCEPT-encoding ,", "Vary", "accept,Cookie"));

        assertThat(vary.names()).containsExactly("accept", "accept-encoding", "cookie");
        assertThat(vary.anything()).isFalse();
        assertThat(Vary.of(Headers.empty()).names()).isEmpty();
        assertThat(Vary.of(Headers.of("Vary", "")).anything()).isFalse();
    }

    /** RFC 9111 §4.1. */
    @ParameterizedTest
    @ValueSource(
            strings = {"*", "Accept, *", "*, Accept", "Accept,*,Cookie", "* , *", "\"Accept\"", "Accept Cookie", "a:b"})
    void anAsteriskAnywhereAndWhatIsNoNameIsForAnything(String value) {
        assertThat(Vary.of(Headers.of("Vary", value)).anything()).isTrue();
        assertThat(Vary.of(Headers.of("Vary", "Accept", "Vary", value)).anything())
                .isTrue();
    }

    @Test
    void moreNamesThanAnybodyNeedsAreForAnything() {
        Headers.Builder fields = Headers.builder();
        for (int i = 0; i < 64; i++) {
            fields.add("Vary", "x-" + i);
        }
        assertThat(Vary.of(fields.build()).anything()).isFalse();
        assertThat(Vary.of(fields.add("Vary", "x-64").build()).anything()).isTrue();
    }

    /** RFC 9110 §8.8.3. */
    @ParameterizedTest
    @ValueSource(strings = {"\"\"", "\"a\"", "W/\"a\"", "\"a,b\"", "\"\\\"", "\"\u00e9\"", "\"W/\""})
    void anEntityTagIsInQuotes(String text) {
        EntityTag tag = EntityTag.of(Headers.of("ETag", text));

        assertThat(tag).hasToString(text);
        assertThat(tag.weak()).isEqualTo(text.startsWith("W/"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "\"",
                "\"a",
                "a\"",
                "\"a\"b\"",
                "w/\"a\"",
                "W\"a\"",
                "W/a",
                "'a'",
                "\"a b\"",
                "\"a\" ",
                "\"a\", \"b\""
            })
    void whatIsNoEntityTagIsNone(String text) {
        assertThat(EntityTag.parse(text)).isNull();
    }

    @Test
    void aResponseWithDifferentTagsHasNone() {
        assertThat(EntityTag.of(Headers.of("ETag", "\"a\"", "ETag", "\"b\""))).isNull();
        assertThat(EntityTag.of(Headers.of("ETag", "\"a\"", "ETag", "\"a\""))).hasToString("\"a\"");
        assertThat(EntityTag.of(Headers.empty())).isNull();
    }

    /** RFC 9110 §8.8.3.2, its table. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "W/\"1\" W/\"1\" false true",
                "W/\"1\" W/\"2\" false false",
                "W/\"1\" \"1\" false true",
                "\"1\" W/\"1\" false true",
                "\"1\" \"1\" true true",
                "\"1\" \"2\" false false"
            },
            delimiter = ' ')
    void tagsAreComparedStronglyOrWeakly(String one, String other, boolean strongly, boolean weakly) {
        assertThat(EntityTag.parse(one).isStrongly(EntityTag.parse(other))).isEqualTo(strongly);
        assertThat(EntityTag.parse(one).isWeakly(EntityTag.parse(other))).isEqualTo(weakly);
    }

    /** RFC 9110 §13.1.2. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '~',
            value = {
                "\"a\" | \"a\"",
                "\"a\", W/\"b\",\"c,d\" | \"a\" W/\"b\" \"c,d\"",
                " , \"a\" ,, \"b\" , | \"a\" \"b\"",
                "a, \"b\" | \"b\"",
                "\"a\"x, \"b\" | \"b\"",
                "\"a b\", \"c\" | \"c\"",
                "\"a\" \"b\", \"c\" | \"c\"",
                "*, \"a\" | \"a\""
            },
            delimiter = '|')
    void ofAListOfTagsThoseCountThatAreTags(String line, String tags) {
        EntityTags read = EntityTags.of(Headers.of("If-None-Match", line));

        assertThat(read.tags().stream().map(EntityTag::toString)).containsExactly(tags.split(" "));
        assertThat(read.any()).isFalse();
    }

    @Test
    void anAsteriskAloneIsAnyTag() {
        assertThat(EntityTags.of(Headers.of("If-None-Match", "*")).any()).isTrue();
        assertThat(EntityTags.of(Headers.of("If-None-Match", "*", "If-None-Match", "*"))
                        .any())
                .isFalse();
        assertThat(EntityTags.of(Headers.of("If-None-Match", "\"*\"")).any()).isFalse();
    }

    @Test
    void tagsOfAllLinesCount() {
        EntityTags tags = EntityTags.of(Headers.of("If-None-Match", "\"a\"", "If-None-Match", "W/\"b\""));

        assertThat(tags.hasWeakly(EntityTag.parse("W/\"a\""))).isTrue();
        assertThat(tags.hasWeakly(EntityTag.parse("\"b\""))).isTrue();
        assertThat(tags.hasWeakly(EntityTag.parse("\"c\""))).isFalse();
    }

    /** RFC 9110 §14.1.2. */
    @ParameterizedTest
    @CsvSource({
        "bytes=0-4, 0:4",
        "bytes=4-, 4:max",
        "bytes=-5, -1:5",
        "BYTES=0-0, 0:0",
        "'bytes=0-4,6-7', 0:4 6:7",
        "'bytes=0-4 , ,6-', 0:4 6:max",
        "bytes=-0, -1:0",
        "bytes=0-99999999999999999999, 0:max",
        "bytes=99999999999999999999-, max:max"
    })
    void rangesOfBytesAreRead(String value, String ranges) {
        List<ByteRanges.Spec> read = ByteRanges.of(Headers.of("Range", value), 10);

        String text = String.join(
                " ", read.stream().map(r -> r.first() + ":" + r.last()).toList());
        assertThat(text.replace("" + Long.MAX_VALUE, "max")).isEqualTo(ranges);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes=",
                "bytes=,",
                "bytes=-",
                "bytes=a-b",
                "bytes=5-4",
                "bytes=1",
                "bytes=1-2-3",
                "bytes=--1",
                "bytes=+1-2",
                "bytes=1 - 2",
                "bytes 0-4",
                "items=0-4",
                "bytes=0-4,x",
                "bytes=0-4;6-7",
                "bytes =0-4",
                "bytes=0x1-2"
            })
    void aMalformedRangeAndAnotherUnitAreIgnored(String value) {
        assertThat(ByteRanges.of(Headers.of("Range", value), 10)).isNull();
    }

    @Test
    void moreRangesThanAllowedAndTwoFieldsAreIgnored() {
        assertThat(ByteRanges.of(Headers.of("Range", "bytes=0-0,2-2"), 2)).hasSize(2);
        assertThat(ByteRanges.of(Headers.of("Range", "bytes=0-0,2-2,4-4"), 2)).isNull();
        assertThat(ByteRanges.of(Headers.of("Range", "bytes=0-0", "Range", "bytes=0-0"), 2))
                .isNull();
        assertThat(ByteRanges.of(Headers.empty(), 2)).isNull();
    }

    /** RFC 9110 §14.4. */
    @ParameterizedTest
    @CsvSource({"bytes 0-4/10, 0, 4, 10", "bytes 0-4/*, 0, 4, -1", "bytes */10, -1, -1, 10", "Bytes 9-9/10, 9, 9, 10"})
    void aContentRangeIsRead(String value, long first, long last, long length) {
        ContentRange range = ContentRange.of(Headers.of("Content-Range", value));

        assertThat(List.of(range.first(), range.last(), range.length())).containsExactly(first, last, length);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "bytes",
                "bytes 0-4",
                "bytes 5-4/10",
                "bytes 0-10/10",
                "bytes */*",
                "bytes -4/10",
                "items 0-4/10",
                "bytes 0-/10",
                "bytes=0-4/10",
                "bytes 0-4/-1",
                "bytes 0/4-5",
                "bytes a-b/c",
                "bytes  0-4/10"
            })
    void aMalformedContentRangeIsNone(String value) {
        assertThat(ContentRange.of(Headers.of("Content-Range", value))).isNull();
    }

    @Test
    void aContentRangeIsWritten() {
        assertThat(ContentRange.part(0, 4, 10)).isEqualTo("bytes 0-4/10");
        assertThat(ContentRange.none(10)).isEqualTo("bytes */10");
    }
}
