package dev.sluice.proxy.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyHandler;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CompressionTest {
    private static final String PAGE = "a page with many words, many words. ".repeat(100);

    private static ProxyResponse.Builder page() {
        return ProxyResponse.builder(200)
                .addHeader("Content-Type", "text/html")
                .addHeader("ETag", "\"1\"")
                .addHeader("Accept-Ranges", "bytes")
                .body(Body.of(PAGE));
    }

    private static TestResponse send(Compression rule, ProxyResponse answer, String method, String... fields)
            throws Exception {
        ProxyHandler handler = request -> answer;
        return TestClient.of(handler.with(rule)).send(method, "/", Headers.of(fields), new byte[0]);
    }

    private static TestResponse get(ProxyResponse answer, String... fields) throws Exception {
        return send(Compression.DEFAULT, answer, "GET", fields);
    }

    private static TestResponse accepting(ProxyResponse answer) throws Exception {
        return get(answer, "Accept-Encoding", "gzip");
    }

    @Test
    void aPageIsCompressedForAClientThatAcceptsIt() throws Exception {
        TestResponse response = accepting(page().build());

        assertThat(response.headers())
                .isEqualTo(Headers.of(
                        "Content-Type",
                        "text/html",
                        "ETag",
                        "W/\"1\"",
                        "Vary",
                        "Accept-Encoding",
                        "Content-Encoding",
                        "gzip"));
        assertThat(Coded.gunzip(response.body())).asString(UTF_8).isEqualTo(PAGE);
        assertThat(response.body().length).isLessThan(PAGE.length() / 10);
    }

    @Test
    void deflateIsTheZlibFormat() throws Exception {
        TestResponse response = get(page().build(), "Accept-Encoding", "deflate");

        assertThat(response.headers().first("Content-Encoding")).contains("deflate");
        assertThat(Coded.inflate(response.body())).asString(UTF_8).isEqualTo(PAGE);
    }

    @Test
    void aClientThatAcceptsNoneGetsThePageAndTheOfferToCaches() throws Exception {
        for (String accepted : new String[] {"br", "", "gzip;q=0", "identity;q=0, gzip;q=0"}) {
            TestResponse response = get(page().build(), "Accept-Encoding", accepted);

            assertThat(response.text()).isEqualTo(PAGE);
            assertThat(response.headers())
                    .isEqualTo(Headers.of(
                            "Content-Type",
                            "text/html",
                            "ETag",
                            "\"1\"",
                            "Accept-Ranges",
                            "bytes",
                            "Vary",
                            "Accept-Encoding"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Encoding: br",
                "Cache-Control: public, No-Transform",
                "Content-Range: bytes 0-9/10",
                "Repr-Digest: sha-256=:AAAA:",
                "Content-Digest: sha-256=:AAAA:",
                "Digest: sha-256=AAAA",
                "Content-MD5: AAAA",
                "Signature-Input: sig=(\"content-digest\")",
                "Content-Type: image/png"
            })
    void someFieldsOfAResponseLeaveItAsItIs(String field) throws Exception {
        String name = field.substring(0, field.indexOf(':'));
        ProxyResponse answer =
                page().header(name, field.substring(name.length() + 2)).build();

        TestResponse response = accepting(answer);

        assertThat(response.text()).isEqualTo(PAGE);
        assertThat(response.headers()).isEqualTo(answer.headers());
    }

    @ParameterizedTest
    @ValueSource(ints = {205, 206})
    void someStatusesAreLeftAsTheyAre(int status) throws Exception {
        assertThat(accepting(page().status(status).build()).headers().has("Content-Encoding"))
                .isFalse();
    }

    @Test
    void anErrorPageIsCompressedToo() throws Exception {
        assertThat(accepting(page().status(404).build()).headers().first("Content-Encoding"))
                .contains("gzip");
    }

    @Test
    void aRequestMayForbidIt() throws Exception {
        TestResponse response = get(page().build(), "Accept-Encoding", "gzip", "Cache-Control", "no-transform");

        assertThat(response.text()).isEqualTo(PAGE);
    }

    @Test
    void whoAsksForAPartGetsTheBodyAsItIs() throws Exception {
        TestResponse response = get(page().build(), "Accept-Encoding", "gzip", "Range", "bytes=0-9");

        assertThat(response.text()).isEqualTo(PAGE);
        assertThat(response.headers().first("ETag")).contains("\"1\"");
        assertThat(response.headers().first("Vary")).contains("Accept-Encoding");
    }

    @Test
    void aShortBodyIsNotWorthIt() throws Exception {
        Compression rule = Compression.builder().minBytes(100).build();
        for (int length : new int[] {99, 100}) {
            ProxyResponse answer = page().body(Body.of("x".repeat(length))).build();

            TestResponse response = send(rule, answer, "GET", "Accept-Encoding", "gzip");

            assertThat(response.headers().has("Content-Encoding")).isEqualTo(length == 100);
            assertThat(response.headers().has("Vary")).isEqualTo(length == 100);
        }
    }

    @Test
    void whoRefusesTheBodyAsItIsGetsEveryBodyCompressed() throws Exception {
        ProxyResponse small =
                page().header("Content-Type", "image/png").body(Body.of("png")).build();

        TestResponse response = get(small, "Accept-Encoding", "gzip, identity;q=0");

        assertThat(response.headers().first("Content-Encoding")).contains("gzip");
        assertThat(Coded.gunzip(response.body())).asString(UTF_8).isEqualTo("png");
    }

    @Test
    void noBodyIsNotCompressed() throws Exception {
        ProxyResponse empty = page().body(Body.empty()).build();

        assertThat(get(empty, "Accept-Encoding", "gzip, identity;q=0").headers())
                .isEqualTo(empty.headers());
    }

    @ParameterizedTest
    @CsvSource({"3600, true", "1023, false", "1024, true", "'', true"})
    void aHeadGetsTheSameFields(String length, boolean compressed) throws Exception {
        ProxyResponse.Builder answer = page().body(Body.empty());
        ProxyResponse head = (length.isEmpty() ? answer : answer.addHeader("Content-Length", length)).build();

        TestResponse response = send(Compression.DEFAULT, head, "HEAD", "Accept-Encoding", "gzip");

        assertThat(response.headers())
                .isEqualTo(compressed ? accepting(page().build()).headers() : head.headers());
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "W/\"1\"             | W/\"1\" | true",
                "\"0\", W/\"1\"      | W/\"1\" | true",
                "\"1\"               | \"1\"   | true",
                "*                   | \"1\"   | true",
                "W/\"11\"            | \"1\"   | true",
            })
    void a304HasTheTagThatTheClientKnows(String known, String tag, boolean varies) throws Exception {
        ProxyResponse unchanged =
                ProxyResponse.builder(304).addHeader("ETag", "\"1\"").build();

        TestResponse response = get(unchanged, "Accept-Encoding", "gzip", "If-None-Match", known);

        assertThat(response.headers().first("ETag")).contains(tag);
        assertThat(response.headers().has("Vary")).isEqualTo(varies);
    }

    @Test
    void a304ForWhatIsNeverCompressedIsLeftAsItIs() throws Exception {
        ProxyResponse unchanged = ProxyResponse.builder(304)
                .addHeader("ETag", "\"1\"")
                .addHeader("Content-Type", "image/png")
                .build();

        assertThat(get(unchanged, "If-None-Match", "W/\"1\"").headers()).isEqualTo(unchanged.headers());
    }

    @ParameterizedTest
    @CsvSource({"W/\"1\", W/\"1\"", "1, ", "\"1, ", "'\"1\"2\"', "})
    void anEntityTagIsWeakOrGone(String tag, String weak) throws Exception {
        TestResponse response = accepting(page().header("ETag", tag).build());

        assertThat(response.headers().first("ETag").orElse(null)).isEqualTo(weak);
    }

    @ParameterizedTest
    @CsvSource({"Origin, 2", "accept-encoding, 1", "*, 1"})
    void varyIsSaidOnce(String vary, int lines) throws Exception {
        assertThat(accepting(page().addHeader("Vary", vary).build()).headers().all("Vary"))
                .hasSize(lines);
    }

    @Test
    void aStreamOfUnknownLengthIsCompressedAndKeepsItsTrailers() throws Exception {
        InputStream stream = new ByteArrayInputStream(PAGE.getBytes(UTF_8));
        Body body = Body.of(stream, Body.UNKNOWN, () -> Headers.of("X-Sum", "7", "Repr-Digest", "a=:AA==:"));

        TestResponse response = accepting(page().body(body).build());

        assertThat(Coded.gunzip(response.body())).asString(UTF_8).isEqualTo(PAGE);
        assertThat(response.trailers()).isEqualTo(Headers.of("X-Sum", "7"));
    }

    /** RFC 9530 §2: a digest may come as a trailer. */
    @Test
    void aDigestThatIsToComeIsOneToo() throws Exception {
        TestResponse response =
                accepting(page().addHeader("Trailer", "X-Sum, repr-digest").build());

        assertThat(response.text()).isEqualTo(PAGE);
        assertThat(response.headers().has("Content-Encoding")).isFalse();
    }

    @Test
    void aBodyThatBreaksOffDoesNotLookWhole() throws Exception {
        for (boolean throwing : new boolean[] {true, false}) {
            InputStream stream = new FilterInputStream(new ByteArrayInputStream(PAGE.getBytes(UTF_8))) {
                @Override
                public int read(byte[] target, int offset, int length) throws IOException {
                    int n = super.read(target, offset, length);
                    if (n < 0 && throwing) {
                        throw new IOException("broken off");
                    }
                    return n;
                }
            };

            TestResponse response =
                    accepting(page().body(Body.of(stream, PAGE.length() + 5)).build());

            assertThat(response.failure()).isNotNull();
            if (!throwing) {
                assertThat(response.failure().outcome()).isEqualTo(Outcome.FAILED);
                assertThat(response.failure()).hasMessage("the body ended 5 bytes before its length");
            }
            assertThatThrownBy(() -> Coded.gunzip(response.body())).isInstanceOf(IOException.class);
        }
    }

    @Test
    void itsStageIsOutsideOfWhatChangesBodies() {
        assertThat(Compression.DEFAULT.stage()).isEqualTo(Stage.COMPRESSION);
    }

    @Test
    void whatIsNoOptionIsRefused() {
        Compression.Builder builder = Compression.builder();
        ContentCoding named = new CountingCoding() {
            @Override
            public String name() {
                return "identity";
            }
        };
        assertThatThrownBy(builder::codings).hasMessage("codings needs at least one value");
        assertThatThrownBy(() -> builder.codings(named)).hasMessage("codings must not have the name: identity");
        assertThatThrownBy(() -> builder.codings(ContentCoding.GZIP, new CountingCoding()))
                .hasMessage("codings must have different names: gzip");
        assertThatThrownBy(() -> builder.minBytes(-1)).hasMessage("minBytes must not be negative: -1");
        assertThatThrownBy(() -> builder.addMediaType("text")).hasMessageStartingWith("mediaTypes must be like ");
        assertThatThrownBy(() -> ContentCoding.gzip(0)).hasMessage("level must be 1 to 9: 0");
        assertThatThrownBy(() -> ContentCoding.deflate(10)).hasMessage("level must be 1 to 9: 10");
    }
}
