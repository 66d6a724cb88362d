package dev.sluice.proxy.cache.field;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.syntax.HttpDate;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Valid values with a few changes: whatever is read from them must be in them in its right form. */
class FieldFuzzTest {
    private static final int ROUNDS = 20_000;
    private static final Instant NOW = Instant.parse("2026-05-01T12:00:00Z");
    private static final String ODD = "\",;= \t\\-*/0159az?@:%()W.";

    private final List<String> control = List.of(
            "max-age=60, public",
            "no-store, foo=\"a, b\\\"c\", s-maxage=\"90\"",
            "private=\"x, y\", no-cache, must-revalidate,max-age=2147483648",
            "stale-if-error=5,stale-while-revalidate=6,must-understand");
    private final List<String> structured = List.of(
            "max-age=60, no-store;a=1;b=\"x\", private=\"x, y\"",
            "a=1.5, b=:aGk=:, c=(1 \"2\";d 3), e=?0, f=@5, g=%\"%c3%a9\"");
    private final List<String> tags = List.of("\"a\", W/\"b,c\", \"\"", "*", "W/\"x\"");
    private final List<String> ranges = List.of("bytes=0-4,6-,-3", "bytes=9223372036854775807-", "bytes=0-0");
    private final List<String> contentRanges = List.of("bytes 0-4/10", "bytes */10", "bytes 5-6/*");
    private final List<String> dates =
            List.of("Fri, 01 May 2026 12:00:00 GMT", "Friday, 01-May-26 12:00:00 GMT", "Fri May  1 12:00:00 2026");

    /** A value of the list with up to four changes. */
    private static String mutated(List<String> valid, SplittableRandom random) {
        StringBuilder text = new StringBuilder(valid.get(random.nextInt(valid.size())));
        for (int changes = random.nextInt(5); changes > 0; changes--) {
            int at = random.nextInt(text.length() + 1);
            char odd = ODD.charAt(random.nextInt(ODD.length()));
            switch (random.nextInt(5)) {
                case 0 -> text.insert(at, odd);
                case 1 -> text.replace(at, Math.min(text.length(), at + 1), String.valueOf(odd));
                case 2 -> text.delete(at, Math.min(text.length(), at + 1 + random.nextInt(3)));
                case 3 -> text.insert(at, text.substring(at, Math.min(text.length(), at + random.nextInt(12))));
                default -> text.insert(at, (char) (0x80 + random.nextInt(0x80)));
            }
        }
        return text.toString();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void aDirectiveThatAllowsSomethingStandsThereInItsRightForm(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String line = mutated(control, random);
            CacheControl read = CacheControl.of(List.of(line));
            List<String> members = Arrays.stream(line.split(","))
                    .map(member -> member.replaceAll("^[ \t]+|[ \t]+$", "").toLowerCase(Locale.ROOT))
                    .toList();

            for (String name : List.of("public", "must-understand", "must-revalidate")) {
                assertThat(!read.allows(name) || members.contains(name))
                        .as(line)
                        .isTrue();
            }
            for (String name : List.of("max-age", "s-maxage", "stale-if-error", "stale-while-revalidate")) {
                long seconds = read.seconds(name);
                assertThat(seconds <= 0 || members.stream().anyMatch(member -> isNumber(member, name, seconds)))
                        .as(line)
                        .isTrue();
            }
            for (String name : List.of("no-store", "no-cache", "private")) {
                assertThat(!members.contains(name) || read.hasWhole(name) || line.contains("\""))
                        .as(line)
                        .isTrue();
            }
        }
    }

    private static boolean isNumber(String member, String name, long seconds) {
        Matcher number = Pattern.compile(name + "=(\"?)([0-9]+)\\1").matcher(member.replace("\\", ""));
        return number.matches() && Seconds.parse(number.group(2)) == seconds;
    }

    /** What stands in another line counts, however broken this one is. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void noLineTakesAwayWhatAnotherForbids(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String line = mutated(control, random);

            assertThat(CacheControl.of(List.of(line, "no-store, private")).has("no-store"))
                    .as(line)
                    .isTrue();
            assertThat(CacheControl.of(List.of("no-store, private", line)).hasWhole("private"))
                    .as(line)
                    .isTrue();
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aDateThatIsReadIsTheOneThatIsWritten(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        DateTimeFormatter rfc850 = DateTimeFormatter.ofPattern("EEEE, dd-MMM-yy HH:mm:ss 'GMT'", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        DateTimeFormatter asctime = DateTimeFormatter.ofPattern("EEE MMM ppd HH:mm:ss uuuu", Locale.ENGLISH)
                .withZone(ZoneOffset.UTC);
        for (int i = 0; i < ROUNDS; i++) {
            String text = mutated(dates, random);
            Instant date = HttpDate.parseStrictly(text, NOW);
            if (date != null && !text.contains(":60")) {
                assertThat(List.of(
                                HttpDate.format(date),
                                asctime.format(date),
                                asctime.format(date).replace("  ", " 0"),
                                rfc850.format(date)))
                        .as(text)
                        .anyMatch(form -> form.equalsIgnoreCase(text) || sameButDay(form, text));
            }
        }
    }

    /** The weekday beside a year of two digits does not count. */
    private static boolean sameButDay(String form, String text) {
        int comma = text.indexOf(',');
        return comma > 3 && form.endsWith(text.substring(comma))
                || form.replaceAll("^[^,]*", "").equalsIgnoreCase(text.replaceAll("^[^,]*", ""));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void rangesAndTagsThatAreReadAreValid(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String range = mutated(ranges, random);
            List<ByteRanges.Spec> specs = ByteRanges.of(field("Range", range), 3);
            assertThat(specs == null || specs.size() <= 3 && specs.stream().allMatch(FieldFuzzTest::isValid))
                    .as(range)
                    .isTrue();

            String content = mutated(contentRanges, random);
            ContentRange part = ContentRange.of(field("Content-Range", content));
            assertThat(part == null
                            || part.first() <= part.last() && (part.length() < 0 || part.last() < part.length()))
                    .as(content)
                    .isTrue();

            String line = mutated(tags, random);
            for (EntityTag tag : EntityTags.of(field("If-None-Match", line)).tags()) {
                assertThat(line).contains(tag.toString());
                assertThat(tag.toString()).matches("(W/)?\"[^\" ]*\"");
            }
        }
    }

    private static boolean isValid(ByteRanges.Spec spec) {
        return spec.first() < 0 ? spec.last() >= 0 : spec.first() <= spec.last();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void aStructuredFieldIsReadWholeOrNotAtAll(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            String line = mutated(structured, random);
            Headers response = field("CDN-Cache-Control", line);
            CacheControl read = TargetedControl.of(response, List.of("CDN-Cache-Control"));

            assertThat(read == null).as(line).isEqualTo(isNoDictionary(response));
            assertThat(read == null || read.seconds("max-age") <= 0 || line.contains("max-age="))
                    .as(line)
                    .isTrue();
        }
    }

    private static boolean isNoDictionary(Headers response) {
        var members = StructuredFields.dictionary(response.all("CDN-Cache-Control"));
        return members == null || members.isEmpty();
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void noFieldIsTooOddToBeRead(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            byte[] bytes = new byte[random.nextInt(40)];
            for (int at = 0; at < bytes.length; at++) {
                bytes[at] = (byte)
                        (random.nextBoolean() ? ODD.charAt(random.nextInt(ODD.length())) : 0x20 + random.nextInt(0x5f));
            }
            String text = new String(bytes, StandardCharsets.ISO_8859_1);
            Headers all = Headers.of(
                    "Cache-Control",
                    text,
                    "Age",
                    text,
                    "Vary",
                    text,
                    "ETag",
                    text,
                    "If-None-Match",
                    text,
                    "Range",
                    text,
                    "Content-Range",
                    text,
                    "Expires",
                    text,
                    "T",
                    text);

            assertThat(Age.of(all)).isBetween(0L, Seconds.MAX);
            assertThat(CacheControl.of(all).seconds("max-age")).isBetween(-1L, Seconds.MAX);
            assertThat(Vary.of(all).names()).allMatch(Headers::isToken);
            EntityTags.of(all);
            EntityTag.of(all);
            ByteRanges.of(all, 5);
            ContentRange.of(all);
            Dates.of(all, "Expires", NOW);
            TargetedControl.of(all, List.of("T"));
            StructuredFields.list(List.of(text));
        }
    }

    private static Headers field(String name, String value) {
        return Headers.of(name, value);
    }

    /** A reader that looked at the rest again for each character would not come to an end. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"",
                "\\",
                ",",
                "=",
                "a=\"",
                "\"\\\"",
                "a",
                "a,",
                "1",
                "(",
                "a=(",
                ";a",
                "W/\"",
                "-",
                "1-,",
                "private=a,",
                " ",
                "a;q=1,"
            })
    void longFieldsAreReadInOnePass(String part) {
        String text = "x" + part.repeat((1 << 19) / part.length());
        Headers all = Headers.of(
                "Cache-Control",
                text,
                "Age",
                text,
                "Vary",
                text,
                "ETag",
                text,
                "If-None-Match",
                text,
                "Range",
                "bytes=" + text,
                "Content-Range",
                text,
                "Expires",
                text,
                "T",
                text);

        CacheControl.of(all);
        Age.of(all);
        Vary.of(all);
        EntityTags.of(all);
        EntityTag.of(all);
        ContentRange.of(all);
        Dates.of(all, "Expires", NOW);
        TargetedControl.of(all, List.of("T"));
        assertThat(ByteRanges.of(all, 5)).isNull();
    }
}
