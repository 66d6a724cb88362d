package dev.sluice.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TraceContextTest {
    private static final String TRACE = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final String SPAN = "00f067aa0ba902b7";
    private static final String VALID = "00-" + TRACE + "-" + SPAN + "-01";

    private static String state(String... lines) {
        Headers.Builder headers = Headers.builder().add("traceparent", VALID);
        List.of(lines).forEach(line -> headers.add("tracestate", line));
        TraceContext read = TraceContext.read(headers.build());
        return read == null ? "no context" : read.state();
    }

    private static TraceContext read(String parent) {
        return TraceContext.read(Headers.of("traceparent", parent));
    }

    @Test
    void aContextIsReadAndWrittenAgain() {
        TraceContext context = TraceContext.read(Headers.of("TraceParent", VALID, "TRACESTATE", "congo=t61rcWkgMzE"));

        assertThat(context).isNotNull();
        assertThat(context.traceId()).isEqualTo(TRACE);
        assertThat(context.spanId()).isEqualTo(SPAN);
        assertThat(context.parentId()).isNull();
        assertThat(context.isSampled()).isTrue();
        assertThat(context.isRandom()).isFalse();
        assertThat(context.state()).isEqualTo("congo=t61rcWkgMzE");
        assertThat(context).hasToString(VALID);
        assertThat(context.on(Headers.of("traceparent", "x", "Accept", "*/*", "TraceParent", "y", "tracestate", "z=1")))
                .isEqualTo(Headers.of("traceparent", VALID, "Accept", "*/*", "tracestate", "congo=t61rcWkgMzE"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "00",
                "0-" + TRACE + "-" + SPAN + "-01",
                "000-" + TRACE + "-" + SPAN + "-01",
                ".0-" + TRACE + "-" + SPAN + "-01",
                "0.-" + TRACE + "-" + SPAN + "-01",
                "0A-" + TRACE + "-" + SPAN + "-01",
                "ff-" + TRACE + "-" + SPAN + "-01",
                "00_" + TRACE + "-" + SPAN + "-01",
                "00-" + TRACE + "_" + SPAN + "-01",
                "00-" + TRACE + "-" + SPAN + "_01",
                "00-" + TRACE + "-" + SPAN + "-1",
                "00-" + TRACE + "-" + SPAN + "-001",
                "00-" + TRACE + "-" + SPAN + "-0.",
                "00-" + TRACE + "-" + SPAN + "-.0",
                "00-" + TRACE + "-" + SPAN + "-0A",
                "00-" + TRACE + "-" + SPAN + "-01.",
                "00-" + TRACE + "-" + SPAN + "-01-what-the-future-will-be-like",
                "cc-" + TRACE + "-" + SPAN + "-01.what-the-future-will-be-like",
                "cc-" + TRACE + "-" + SPAN,
                "00-00000000000000000000000000000000-" + SPAN + "-01",
                "00-" + TRACE + "-0000000000000000-01",
                "00-4BF92F3577B34DA6A3CE929D0E0E4736-" + SPAN + "-01",
                "00-" + TRACE + "-00F067AA0BA902B7-01",
                "00-.bf92f3577b34da6a3ce929d0e0e4736-" + SPAN + "-01",
                "00-4bf92f3577b34da6a3ce929d0e0e473-" + SPAN + "-01",
                "00-4bf92f3577b34da6a3ce929d0e0e47366-" + SPAN + "-01",
                "00-" + TRACE + "-00f067aa0ba902b-01",
                "00-" + TRACE + "-00f067aa0ba902b77-01",
                VALID + "," + VALID,
            })
    void whatIsNotValidIsNoContext(String parent) {
        assertThat(read(parent)).isNull();
    }

    @Test
    void twoFieldsAreNoContextEvenIfTheyAreEqual() {
        assertThat(TraceContext.read(Headers.of("traceparent", VALID, "Traceparent", VALID)))
                .isNull();
        assertThat(TraceContext.read(Headers.of("tracestate", "a=1"))).isNull();
    }

    @Test
    void ofALaterVersionTheKnownPartCounts() {
        for (String more : List.of("", "-", "-what-the-future-will-be-like")) {
            TraceContext context = read("cc-" + TRACE + "-" + SPAN + "-ff" + more);
            assertThat(context).hasToString(VALID);
        }
    }

    @Test
    void onlyTheFlagsThatHaveAMeaningGoOn() {
        assertThat(read("00-" + TRACE + "-" + SPAN + "-ff")).hasToString("00-" + TRACE + "-" + SPAN + "-03");
        assertThat(read("00-" + TRACE + "-" + SPAN + "-02").isRandom()).isTrue();
        assertThat(read("00-" + TRACE + "-" + SPAN + "-02").isSampled()).isFalse();
        assertThat(read("00-" + TRACE + "-" + SPAN + "-fc")).hasToString("00-" + TRACE + "-" + SPAN + "-00");
    }

    @Test
    void aChildHasTheSameTraceAndItsOwnSpan() {
        TraceContext parent = TraceContext.read(Headers.of("traceparent", VALID, "tracestate", "a=1"));
        TraceContext child = parent.child(() -> 0xabcdefL);

        assertThat(child).hasToString("00-" + TRACE + "-0000000000abcdef-01");
        assertThat(child.parentId()).isEqualTo(SPAN);
        assertThat(child.state()).isEqualTo("a=1");
        assertThat(child.withSampled(false)).hasToString("00-" + TRACE + "-0000000000abcdef-00");
        assertThat(child.withSampled(false).parentId()).isEqualTo(SPAN);
    }

    @Test
    void aNewTraceHasRandomIdsThatAreNeverZero() {
        RandomGenerator zeros = () -> 0;

        assertThat(TraceContext.begin(zeros)).hasToString("00-" + "0".repeat(31) + "1-" + "0".repeat(15) + "1-02");
        assertThat(TraceContext.begin(RandomGenerator.getDefault()).parentId()).isNull();
    }

    @Test
    void theStateKeepsItsOrderOverAllLines() {
        assertThat(state("foo=1,bar=2", "rojo=1,congo=2", "baz=3")).isEqualTo("foo=1,bar=2,rojo=1,congo=2,baz=3");
        assertThat(state("foo=1", "", " ,, \t", "bar=2")).isEqualTo("foo=1,bar=2");
        assertThat(state("foo=1 \t , \t bar= 2, \t baz=3\t")).isEqualTo("foo=1,bar= 2,baz=3");
        assertThat(state("")).isEmpty();
    }

    @Test
    void ofAKeyTheFirstMemberStays() {
        assertThat(state("foo=1,bar=2,foo=3", "bar=4")).isEqualTo("foo=1,bar=2");
    }

    @Test
    void everyCharacterThatIsAllowedGoesOn() {
        String key = "abcdefghijklmnopqrstuvwxyz0123456789_-*/";
        String value = IntStream.rangeClosed(0x20, 0x7e)
                .filter(c -> c != ',' && c != '=')
                .mapToObj(Character::toString)
                .collect(Collectors.joining());

        assertThat(state(key + "=" + value)).isEqualTo(key + "=" + value);
        assertThat(state("0" + key + "@a-z0-9_-*/=" + value)).isEqualTo("0" + key + "@a-z0-9_-*/=" + value);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "foo",
                "=1",
                "foo=",
                "foo= ",
                "foo=bar=baz",
                "foo =1",
                "FOO=1",
                "foo.bar=1",
                "0foo=1",
                "_foo=1",
                "foo@=1",
                "@foo=1",
                "foo@@bar=1",
                "foo@bar@baz=1",
                "foo@0bar=1",
                "foo=\u00e9",
                "foo=a\tb",
            })
    void aMemberThatIsNotValidMakesTheWholeStateInvalid(String member) {
        assertThat(state("a=1," + member + ",b=2")).isEmpty();
        assertThat(state("a=1", member)).isEmpty();
    }

    @Test
    void keysAndValuesHaveTheirGreatestLength() {
        String longest = "z".repeat(256) + "=" + "v".repeat(256);
        String tenant = "t".repeat(241) + "@" + "v".repeat(14) + "=1";

        assertThat(state("foo=1", longest)).isEqualTo("foo=1," + longest);
        assertThat(state("foo=1", tenant)).isEqualTo("foo=1," + tenant);
        assertThat(state("foo=1", "z".repeat(257) + "=1")).isEmpty();
        assertThat(state("foo=1", "z=" + "v".repeat(257))).isEmpty();
        assertThat(state("foo=1", "t".repeat(242) + "@v=1")).isEmpty();
        assertThat(state("foo=1", "t@" + "v".repeat(15) + "=1")).isEmpty();
    }

    @Test
    void thirtyTwoMembersAreAllowedAndOneMoreIsNot() {
        String all = IntStream.range(0, 32).mapToObj(i -> "bar" + i + "=" + i).collect(Collectors.joining(","));

        assertThat(state(all, ",")).isEqualTo(all);
        assertThat(state(all, "bar32=32")).isEmpty();
    }

    @Test
    void aStateThatIsTooLongLosesItsLongMembersFirstAndThenItsLast() {
        String longs = IntStream.range(0, 8)
                .mapToObj(i -> "long" + i + "=" + "v".repeat(250))
                .collect(Collectors.joining(","));
        String shorts = IntStream.range(0, 20)
                .mapToObj(i -> "a" + (10 + i) + "=" + "v".repeat(116))
                .collect(Collectors.joining(","));

        String kept = state(longs + "," + shorts);

        assertThat(kept)
                .hasSizeLessThanOrEqualTo(4_096)
                .startsWith("long0=")
                .endsWith(shorts.substring(20 * 121 - 121));
        assertThat(kept.split(",")).hasSize(26);
        assertThat(kept).doesNotContain("long6").doesNotContain("long7").contains("long5");
    }
}
