package dev.sluice.proxy.cache.rule;

import static dev.sluice.proxy.cache.rule.Times.T0;
import static dev.sluice.proxy.cache.rule.Times.at;
import static dev.sluice.proxy.cache.rule.Times.date;
import static dev.sluice.proxy.cache.rule.Times.head;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.proxy.Authority;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.cache.rule.Ranges.Part;
import dev.sluice.proxy.cache.store.StoredHead;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeSet;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever stands beside what a message says, no more is stored or used again than without it. */
class RuleFuzzTest {
    private static final int ROUNDS = 5_000;
    private static final RequestTarget TARGET = RequestTarget.of("http", Authority.parse("a"), "/");

    /** Parts of directives, none of which allows anything. */
    private static final List<String> ODD = List.of(
            "\"",
            "\\",
            ",",
            "=",
            ";",
            " ",
            "\t",
            "no-store",
            "private",
            "no-cache",
            "private=\"",
            "no-cache=x",
            "max-age=x",
            "max-age",
            "s-maxage=\"",
            "stale-if-error=-1",
            "foo=",
            "bar",
            "*",
            "'",
            "\u00e9",
            "(",
            "?0",
            "x-a");

    private static final List<Policy> POLICIES = List.of(
            Policy.STRICT,
            Policy.STRICT.withHeuristics(Duration.ofDays(1)).withMaxStale(true),
            Policy.STRICT.withGrace(Duration.ofSeconds(50)).withStaleBesideSMaxage(true));

    private static final List<String> SAID = List.of(
            "max-age=60",
            "public",
            "s-maxage=40, stale-while-revalidate=30",
            "max-age=60, must-understand, no-store",
            "max-age=10, stale-if-error=100, stale-while-revalidate=20",
            "no-cache=\"x-a\", max-age=60",
            "max-age=60, must-revalidate");

    private static String odd(SplittableRandom random) {
        StringBuilder text = new StringBuilder();
        for (int parts = 1 + random.nextInt(6); parts > 0; parts--) {
            text.append(ODD.get(random.nextInt(ODD.size())));
        }
        return text.toString();
    }

    private static Headers response(SplittableRandom random) {
        return Headers.of(
                "Cache-Control", SAID.get(random.nextInt(SAID.size())), "Last-Modified", date(-1_000), "Date", date(0));
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3})
    void oddDirectivesOfAResponseAllowNothingMore(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            Policy policy = POLICIES.get(random.nextInt(POLICIES.size()));
            String odd = odd(random);
            Headers plain = response(random);
            Headers more = random.nextBoolean()
                    ? plain.toBuilder().add("Cache-Control", odd).build()
                    : Headers.of("Cache-Control", odd).toBuilder().addAll(plain).build();
            Headers request = random.nextBoolean() ? Headers.empty() : Headers.of("Authorization", "x");

            assertThat(!isStored(request, more, policy) || isStored(request, plain, policy))
                    .as(odd)
                    .isTrue();
            assertNotUsedMore(Headers.empty(), plain, Headers.empty(), more, policy, at(random.nextInt(150)), odd);
        }
    }

    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void oddDirectivesOfARequestAllowNothingMore(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<String> wishes =
                List.of("max-age=30", "min-fresh=5", "max-stale=20", "no-store", "max-age=20, max-stale=10");
        for (int i = 0; i < ROUNDS; i++) {
            Policy policy = POLICIES.get(random.nextInt(POLICIES.size()));
            String odd = odd(random);
            Headers plain = Headers.of("Cache-Control", wishes.get(random.nextInt(wishes.size())));
            Headers more = plain.toBuilder().add("Cache-Control", odd).build();
            Headers response = response(random);

            assertThat(!isStored(more, response, policy) || isStored(plain, response, policy))
                    .as(odd)
                    .isTrue();
            assertNotUsedMore(plain, response, more, response, policy, at(random.nextInt(150)), odd);
        }
    }

    private static boolean isStored(Headers request, Headers response, Policy policy) {
        return Storable.of(new Storable.Request("GET", request, false, TARGET), 200, response, T0, T0, policy)
                .isYes();
    }

    private static void assertNotUsedMore(
            Headers request, Headers plain, Headers oddRequest, Headers odd, Policy policy, Instant now, String what) {
        Facts known = facts(plain, policy);
        Facts read = facts(odd, policy);
        ClientWish wish = ClientWish.of(request, policy);
        ClientWish oddWish = ClientWish.of(oddRequest, policy);

        assertThat(read.lifetime()).as(what).isLessThanOrEqualTo(known.lifetime());
        assertThat(!Reuse.of(oddWish, read, now).isUsable()
                        || Reuse.of(wish, known, now).isUsable())
                .as(what)
                .isTrue();
        assertThat(!Reuse.mayServeOnError(oddWish, read, now) || Reuse.mayServeOnError(wish, known, now))
                .as(what)
                .isTrue();
    }

    private static Facts facts(Headers response, Policy policy) {
        StoredHead head = StoredHead.builder("k", 200)
                .headers(StoredFields.of(response, T0, policy))
                .requestAt(T0)
                .responseAt(T0)
                .build();
        return Facts.of(head, policy);
    }

    /** Each part is one that was asked for, cut at the end, and none has a byte of another. */
    @ParameterizedTest
    @ValueSource(longs = {1, 2})
    void partsAreWhatWasAskedFor(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        for (int i = 0; i < ROUNDS; i++) {
            int length = random.nextInt(1, 30);
            List<Part> expected = new ArrayList<>();
            StringBuilder range = new StringBuilder("bytes=");
            for (int count = random.nextInt(1, 5); count > 0; count--) {
                long first = random.nextInt(35);
                long last = first + random.nextInt(10);
                int form = random.nextInt(3);
                range.append(form == 0 ? first + "-" + last : form == 1 ? first + "-" : "-" + first)
                        .append(',');
                Part part = form == 2
                        ? new Part(Math.max(0, length - first), length - 1)
                        : new Part(first, form == 1 ? length - 1 : Math.min(last, length - 1));
                if (part.first() < length && part.last() >= part.first()) {
                    expected.add(part);
                }
            }
            Ranges ranges = Ranges.of("GET", Headers.of("Range", range.toString()), head(), length, T0);
            TreeSet<Long> bytes = new TreeSet<>();
            boolean disjoint = expected.stream().allMatch(part -> addAll(part, bytes));

            assertThat(ranges.kind())
                    .as(range.toString())
                    .isEqualTo(
                            expected.isEmpty()
                                    ? Ranges.Kind.UNSATISFIABLE
                                    : disjoint ? Ranges.Kind.PARTS : Ranges.Kind.WHOLE);
            assertThat(ranges.parts()).isEqualTo(disjoint ? expected : List.of());
        }
    }

    private static boolean addAll(Part part, TreeSet<Long> bytes) {
        boolean disjoint = true;
        for (long at = part.first(); at <= part.last(); at++) {
            disjoint &= bytes.add(at);
        }
        return disjoint;
    }
}
