package dev.sluice.proxy.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RoutingPathTest {
    @ParameterizedTest
    @CsvSource(textBlock = """
                    /,                  /
                    /a/b,               /a/b
                    /%61/%7Euser,       /a/~user
                    /a%2db%5Fc,         /a-b_c
                    /a%2fb,             /a%2Fb
                    /a%2Fb,             /a%2Fb
                    /a%5cb,             /a%5Cb
                    /%c3%a9,            /%C3%A9
                    /a//b/,             /a//b/
                    //a,                //a
                    /a/./b,             /a/b
                    /a/../b,            /b
                    /a/b/..,            /a/
                    /a/b/.,             /a/b/
                    /../../a,           /a
                    /a//../b,           /a/b
                    /.,                 /
                    /..,                /
                    /...,               /...
                    /.well-known/x,     /.well-known/x
                    /a%2ehtml,          /a.html
                    /a..%2fb,           /a..%2Fb
                    /a;v=1/b,           /a;v=1/b
                    /a|b,               /a%7Cb
                    /%252e%252e/a,      /%252e%252e/a
                    /%3b%2C,            /%3B%2C
                    """)
    void thePathIsMatchedInOneSpelling(String raw, String normal) throws Exception {
        RoutingPath path = RoutingPath.of(raw);

        assertThat(path.path()).isEqualTo(normal);
        assertThat(path.raw()).isEqualTo(raw);
        assertThat(path.isNormal()).isEqualTo(raw.equals(normal));
        assertThat(RoutingPath.of(normal).path()).isEqualTo(normal);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/%2e",
                "/%2E%2e/a",
                "/.%2E/a",
                "/%2e./a",
                "/a/%2e",
                "/a/..%2fb",
                "/a/x%2f..",
                "/a/.%2Fb",
                "/a/..;x/b",
                "/a/.;",
                "/a/%2e%2e;x",
                "/a%00",
                "/%00",
                "/a\\b",
                "/a/..\\b",
                "/a/..%5cb",
                "/a/x%5C..",
                "/a%",
                "/a%2",
                "/a%zz",
                "/a%0g",
                "/\u0100",
                "/a%2/b",
                "/a%%41",
                "/a%-1",
                "/a%+1"
            })
    void aPathThatServersTakeForDifferentOnesIsRefused(String raw) {
        assertThatThrownBy(() -> RoutingPath.of(raw)).isInstanceOfSatisfying(ProxyException.class, refusal -> {
            assertThat(refusal.outcome()).isEqualTo(Outcome.BAD_REQUEST);
            assertThat(refusal.status()).isEqualTo(400);
        });
    }

    @ParameterizedTest
    @CsvSource({"/%7eu/%c3,/%7eu/%c3", "/a|b,/a|b", "/a/../%7eb,/~b", "/./a,/a"})
    void thePathIsSentOnAsReceivedUnlessItHasDotSegments(String raw, String outgoing) throws Exception {
        assertThat(RoutingPath.of(raw).outgoing()).isEqualTo(outgoing);
    }

    @ParameterizedTest
    @ValueSource(strings = {"*", ""})
    void whatIsNoPathStaysAsItIs(String raw) throws Exception {
        assertThat(RoutingPath.of(raw).path()).isEqualTo(raw);
        assertThat(RoutingPath.of(raw).outgoing()).isEqualTo(raw);
    }

    @Test
    void bytesAboveAsciiAreTheSameAsTheirEscapes() throws Exception {
        assertThat(RoutingPath.of("/\u00e9").path()).isEqualTo("/%E9");
        assertThat(RoutingPath.of("/\u00e9").outgoing()).isEqualTo("/\u00e9");
    }

    @Test
    void normalisingTwiceIsNormalisingOnceAndLeavesNoDotSegment() throws Exception {
        Random random = new Random(42);
        String[] pieces = {"/", "/", ".", "..", "a", "%41", "%2e", "%2f", "%7C", ";", "|", "~"};
        int accepted = 0;
        for (int i = 0; i < 20_000; i++) {
            StringBuilder raw = new StringBuilder("/");
            for (int n = random.nextInt(8); n > 0; n--) {
                raw.append(pieces[random.nextInt(pieces.length)]);
            }
            RoutingPath path;
            try {
                path = RoutingPath.of(raw.toString());
            } catch (ProxyException refused) {
                continue;
            }
            accepted++;
            RoutingPath again = RoutingPath.of(path.path());
            assertThat(again.path()).as("%s", raw).isEqualTo(path.path());
            assertThat(again.outgoing()).as("%s", raw).isEqualTo(again.raw());
            assertThat(path.path()).startsWith("/");
            assertThat(segments(path.reading())).as("%s", raw).isEqualTo(segments(path.outgoing()));
            assertThat(path.otherReadings(false)).doesNotContain(path.reading()).doesNotHaveDuplicates();
            assertThat(path.otherReadings(false)).containsAll(path.otherReadings(true));
            assertThat(path.normalized(false).otherReadings(false))
                    .as("%s", raw)
                    .isEmpty();
            assertThat(path.normalized(true).otherReadings(true)).as("%s", raw).isEmpty();
        }
        assertThat(accepted).isGreaterThan(1_000);
    }

    private static long segments(String path) {
        return path.chars().filter(c -> c == '/').count();
    }

    @ParameterizedTest
    @CsvSource(textBlock = """
                    /a/b,               '',                         ''
                    /a%41/~,            '',                         ''
                    /a//b,              /a/b,                       /a/b
                    //,                 /,                          /
                    /a%2fb,             '',                         /a/b
                    /a%5Cb,             '',                         /a/b
                    /a%2fb%5cc,         '',                         /a/b%5Cc /a%2Fb/c /a/b/c
                    /a%2f/b,            '',                         /a//b /a/b
                    /;x/a;y,            /a,                         /a
                    /x//../a,           /a,                         /a
                    /a//..//b,          /a/b /b,                    /a/b /b
                    /a%2fx/../b,        '',                         /a/b
                    """)
    void whatOtherServersMayMakeOfAPath(String raw, String literal, String all) throws Exception {
        RoutingPath path = RoutingPath.of(raw);

        assertThat(String.join(" ", path.otherReadings(true))).isEqualTo(literal);
        assertThat(String.join(" ", path.otherReadings(false))).isEqualTo(all);
    }

    @ParameterizedTest
    @CsvSource({"/a;v=1/b,/a/b", "/;v/b,//b", "/a;,/a", "/a%3bv/b,/a%3Bv/b", "/x/../a;v,/a"})
    void parametersAreNotMatched(String raw, String reading) throws Exception {
        assertThat(RoutingPath.of(raw).reading()).isEqualTo(reading);
    }

    @ParameterizedTest
    @CsvSource({"//a//b/,/a/b/", "/a%2fb%5C,/a/b/", "/;v/a;w/,/a;w/", "/a//../b,/b", "/%7e//x,/%7e/x"})
    void aPathCanBeNormalisedWhole(String raw, String normal) throws Exception {
        assertThat(RoutingPath.of(raw).normalized(false).outgoing()).isEqualTo(normal);
    }
}
