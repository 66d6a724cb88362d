package dev.sluice.proxy.content;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.Stage;
import dev.sluice.proxy.reverse.ReverseProxy;
import dev.sluice.proxy.server.Pipeline;
import dev.sluice.proxy.testing.FakeUpstream;
import dev.sluice.proxy.testing.FakeUpstream.ReceivedRequest;
import dev.sluice.proxy.testing.TestClient;
import dev.sluice.proxy.testing.TestResponse;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class BodyRewriteTest {
    private static final BodyRewrite.TextChange LOUD = (request, text) -> text.replace("hello", "HELLO");
    private static final String HTML = "text/html; charset=utf-8";

    private final FakeUpstream origin = FakeUpstream.named("origin");

    private TestClient client(BodyRewrite.Builder rewrite) {
        return TestClient.of(Pipeline.builder()
                .addFilter(rewrite.build())
                .addRoute("/**", ReverseProxy.to(origin))
                .build());
    }

    private void answer(String type, byte[] body, String... fields) {
        ProxyResponse.Builder response = ProxyResponse.builder(200).headers(Headers.of(fields));
        if (!type.isEmpty()) {
            response.addHeader("Content-Type", type);
        }
        origin.answer(request -> response.body(Body.of(body)).build());
    }

    private TestResponse get(BodyRewrite.Builder rewrite, String... fields) throws Exception {
        return client(rewrite).send("GET", "/", Headers.of(fields), new byte[0]);
    }

    private TestResponse getLoud(String... fields) throws Exception {
        return get(BodyRewrite.response().text(LOUD), fields);
    }

    private TestResponse postLoud(byte[] body, String... fields) throws Exception {
        return client(BodyRewrite.request().text(LOUD)).send("POST", "/", Headers.of(fields), body);
    }

    private ReceivedRequest received() {
        assertThat(origin.requests()).hasSize(1);
        return origin.requests().get(0);
    }

    @Test
    void theTextOfAResponseIsChanged() throws Exception {
        answer(
                HTML,
                "hello wörld".getBytes(UTF_8),
                "ETag",
                "\"1\"",
                "Content-Digest",
                "a=:AA:",
                "Accept-Ranges",
                "bytes");

        TestResponse response = getLoud();

        assertThat(response.text()).isEqualTo("HELLO wörld");
        assertThat(response.headers().first("ETag")).contains("W/\"1\"");
        assertThat(response.headers().has("Content-Digest")).isFalse();
        assertThat(response.headers().has("Accept-Ranges")).isFalse();
    }

    @Test
    void theTextOfARequestIsChanged() throws Exception {
        postLoud("hello wörld".getBytes(UTF_8), "Content-Type", "text/plain", "Content-Digest", "a=:AA:");

        assertThat(received().text()).isEqualTo("HELLO wörld");
        assertThat(received().request().body().length()).isEqualTo(12);
        assertThat(received().headers().has("Content-Digest")).isFalse();
    }

    @Test
    void theFunctionSeesTheRequest() throws Exception {
        answer(HTML, "hello".getBytes(UTF_8));

        TestResponse response = get(BodyRewrite.response()
                .text((request, text) -> text + ' ' + request.target().authority()));

        assertThat(response.text()).isEqualTo("hello test.example");
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "deflate", "deflate, gzip"})
    void aCodedBodyIsDecodedAndCodedAgain(String codings) throws Exception {
        byte[] coded = "hello wörld".getBytes(UTF_8);
        byte[] expected = "HELLO wörld".getBytes(UTF_8);
        if (codings.startsWith("deflate")) {
            coded = EncodedInput.encode(coded, ContentCoding.DEFLATE);
        }
        if (codings.endsWith("gzip")) {
            coded = Coded.gzip(coded);
        }
        answer(HTML, coded, "Content-Encoding", codings);

        TestResponse response = getLoud("Accept-Encoding", "gzip, deflate");
        postLoud(coded, "Content-Type", HTML, "Content-Encoding", codings);

        byte[] sent = origin.requests().get(1).body();
        for (byte[] got : new byte[][] {response.body(), sent}) {
            byte[] plain = codings.endsWith("gzip") ? Coded.gunzip(got) : got;
            assertThat(codings.startsWith("deflate") ? Coded.inflate(plain) : plain)
                    .isEqualTo(expected);
        }
        assertThat(response.headers().first("Content-Encoding")).contains(codings);
        assertThat(origin.requests().get(1).headers().first("Content-Encoding")).contains(codings);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "br, gzip;q=0.5, x-gzip, identity;q=0, * | gzip;q=0.5, x-gzip, identity;q=0",
                "br                                      | identity",
                "''                                      | identity"
            })
    void theOriginIsAskedOnlyForCodingsThatAreKnown(String accepted, String asked) throws Exception {
        getLoud("Accept-Encoding", accepted);

        assertThat(received().headers().first("Accept-Encoding")).contains(asked);
    }

    @Test
    void theOriginIsAskedForTheWholeBody() throws Exception {
        getLoud("Range", "bytes=0-9", "If-Range", "\"1\"");

        assertThat(received().headers().has("Range")).isFalse();
        assertThat(received().headers().has("If-Range")).isFalse();
        assertThat(received().headers().has("Accept-Encoding")).isFalse();
    }

    @Test
    void theCharsetIsThatOfTheMessage() throws Exception {
        answer("text/html; charset=\"ISO-8859-1\"", "hello wörld".getBytes(ISO_8859_1));
        assertThat(getLoud().body()).isEqualTo("HELLO wörld".getBytes(ISO_8859_1));

        answer("text/html;x=y;Charset=utf-16", "hello wörld".getBytes(UTF_16BE));
        assertThat(getLoud().body()).isEqualTo("HELLO wörld".getBytes(UTF_16BE));

        answer("application/json", "hello wörld".getBytes(UTF_8));
        assertThat(getLoud().body()).isEqualTo("HELLO wörld".getBytes(UTF_8));
    }

    @Test
    void aByteOrderMarkDecidesAndStays() throws Exception {
        answer("text/html; charset=ISO-8859-1", "\ufeffhello wörld".getBytes(UTF_8));
        assertThat(getLoud().body()).isEqualTo("\ufeffHELLO wörld".getBytes(UTF_8));

        answer("text/html", "\ufeffhello".getBytes(UTF_16LE));
        assertThat(get(BodyRewrite.response().text((request, text) -> text + text.length()))
                        .body())
                .isEqualTo("\ufeffhello5".getBytes(UTF_16LE));
    }

    @ParameterizedTest
    @ValueSource(strings = {"UTF-16BE", "UTF-16LE", "UTF-32BE", "UTF-32LE"})
    void eachUnicodeCharsetIsKnownByItsMark(String charset) throws Exception {
        for (String type : new String[] {"text/html", "text/html; charset=utf-8", "text/html; charset=utf-32"}) {
            answer(type, "\ufeffhello w\u00f6rld".getBytes(Charset.forName(charset)));

            assertThat(getLoud().body()).isEqualTo("\ufeffHELLO w\u00f6rld".getBytes(Charset.forName(charset)));
        }
    }

    @Test
    void whatCannotBeReadIsRefusedAndNotMangled() throws Exception {
        byte[] latin = "hello wörld".getBytes(ISO_8859_1);
        for (String type : new String[] {"text/html", "text/html; charset=utf-8", "text/html; charset=x-unknown"}) {
            answer(type, latin);
            TestResponse response = getLoud();
            assertThat(response.status()).isEqualTo(502);
            assertThat(response.record().failure().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
        }
        assertThat(postLoud(latin, "Content-Type", "text/plain").status()).isEqualTo(400);
        assertThat(postLoud(latin, "Content-Type", "text/plain; charset=x-unknown")
                        .status())
                .isEqualTo(415);
        assertThat(postLoud(latin, "Content-Type", "text/plain; charset=?").status())
                .isEqualTo(415);
    }

    @Test
    void whatCannotBeWrittenIsAFaultOfTheProxy() throws Exception {
        answer("text/html; charset=ISO-8859-1", "hello".getBytes(ISO_8859_1));

        assertThat(get(BodyRewrite.response().text((request, text) -> "\u20ac")).status())
                .isEqualTo(500);
    }

    @Test
    void noTextIsAFaultOfTheFunction() throws Exception {
        for (String text : new String[] {"hello", "\ufeffhello"}) {
            answer(HTML, text.getBytes(UTF_8));

            TestResponse response =
                    get(BodyRewrite.response().json((request, page) -> null).mediaTypes("text/html"));
            assertThat(response.status()).isEqualTo(500);
            assertThat(response.record().failure())
                    .hasMessage("BodyRewrite[response json, [text/html], up to 1048576 bytes] returned no text");
        }
    }

    @Test
    void aFaultOfTheFunctionIsThatOfTheProxyAndNamed() throws Exception {
        answer(HTML, "hello".getBytes(UTF_8));
        BodyRewrite.TextChange broken = (request, text) -> {
            throw new IllegalStateException("broken");
        };

        TestResponse response = get(BodyRewrite.response().text(broken).mediaTypes("text/html"));
        TestResponse other = client(BodyRewrite.request()
                        .text(broken)
                        .mediaTypes("text/html")
                        .maxBytes(10))
                .send("POST", "/", Headers.of("Content-Type", HTML), "hello".getBytes(UTF_8));

        assertThat(response.status()).isEqualTo(500);
        assertThat(response.record().failure())
                .hasMessage("BodyRewrite[response text, [text/html], up to 1048576 bytes] failed: "
                        + "java.lang.IllegalStateException: broken");
        assertThat(other.status()).isEqualTo(500);
        assertThat(other.record().failure())
                .hasMessageStartingWith("BodyRewrite[request text, [text/html], up to 10 bytes] failed: ");
    }

    @Test
    void errorPagesOfTheProxyAreNotChanged() throws Exception {
        Headers json = Headers.of("Accept", "application/json");
        BodyRewrite.Builder strict = BodyRewrite.response().json((request, text) -> {
            throw new IOException("not what it should be");
        });
        TestClient client = TestClient.of(Pipeline.builder()
                .addFilter(strict.build())
                .addFilter(BodyRewrite.response().stream(in -> InputStream.nullInputStream())
                        .build())
                .addRoute("/a", ReverseProxy.to(origin))
                .build());

        assertThat(client.send("GET", "/b", json, new byte[0]).text()).startsWith("{\"status\":404");
        assertThat(client.get("/b").text()).startsWith("404 ");
        answer("application/json", "{}".getBytes(UTF_8));
        assertThat(client.send("GET", "/a", json, new byte[0]).status()).isEqualTo(502);
    }

    @Test
    void tooLongAResponseIs502AndTooLongARequest413() throws Exception {
        for (int length : new int[] {100, 101}) {
            byte[] body = "x".repeat(length).getBytes(UTF_8);
            for (boolean coded : new boolean[] {false, true}) {
                String coding = coded ? "gzip" : "identity";
                byte[] bytes = coded ? Coded.gzip(body) : body;
                answer(HTML, bytes, "Content-Encoding", coding);

                assertThat(get(BodyRewrite.response().text(LOUD).maxBytes(100)).status())
                        .isEqualTo(length == 100 ? 200 : 502);
                assertThat(client(BodyRewrite.request().text(LOUD).maxBytes(100))
                                .send("POST", "/", Headers.of("Content-Type", HTML, "Content-Encoding", coding), bytes)
                                .status())
                        .isEqualTo(length == 100 ? 200 : 413);
            }
        }
    }

    @Test
    void aResponseOfUnknownLengthThatIsTooLongIs502() throws Exception {
        origin.answer(request -> ProxyResponse.builder(200)
                .addHeader("Content-Type", HTML)
                .body(Body.of(new ByteArrayInputStream(new byte[101]), Body.UNKNOWN))
                .build());

        assertThat(get(BodyRewrite.response().text(LOUD).maxBytes(100)).status())
                .isEqualTo(502);
    }

    @Test
    void aBadCodingOfAResponseIs502() throws Exception {
        answer(HTML, "hello".getBytes(UTF_8), "Content-Encoding", "gzip");
        assertThat(getLoud().status()).isEqualTo(502);

        answer(HTML, "hello".getBytes(UTF_8), "Content-Encoding", "br");
        assertThat(getLoud().status()).isEqualTo(502);
    }

    @Test
    void aBadCodingOfARequestIsRefused() throws Exception {
        byte[] hello = "hello".getBytes(UTF_8);
        assertThat(postLoud(hello, "Content-Type", HTML, "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(400);

        TestResponse unknown = postLoud(hello, "Content-Type", HTML, "Content-Encoding", "br");
        assertThat(unknown.status()).isEqualTo(415);
        assertThat(unknown.headers().first("Accept-Encoding")).contains("gzip, deflate");
    }

    @Test
    void aTextThatIsNotWhatItShouldBeIsRefused() throws Exception {
        BodyRewrite.TextChange strict = (request, text) -> {
            if (!text.startsWith("{")) {
                throw new IOException("no object at column 1");
            }
            return text.replace("1", "2");
        };
        for (String text : new String[] {"{\"a\":1}", "a=1"}) {
            answer("application/problem+json", text.getBytes(UTF_8));
            boolean good = text.startsWith("{");

            TestResponse response = get(BodyRewrite.response().json(strict));
            assertThat(response.status()).isEqualTo(good ? 200 : 502);
            assertThat(response.text()).contains(good ? "{\"a\":2}" : "502 Bad Gateway");
            assertThat(client(BodyRewrite.request().json(strict))
                            .send("POST", "/", Headers.of("Content-Type", "application/json"), text.getBytes(UTF_8))
                            .status())
                    .isEqualTo(good ? 200 : 400);
        }
    }

    @Test
    void theFunctionMayRefuseInItsOwnWay() throws Exception {
        answer(HTML, "hello".getBytes(UTF_8));
        BodyRewrite.Builder rewrite = BodyRewrite.response().text((request, text) -> {
            throw ProxyException.refused(Outcome.REFUSED, "not this one");
        });

        assertThat(get(rewrite).status()).isEqualTo(403);
    }

    @ParameterizedTest
    @ValueSource(strings = {"image/png", "application/octet-stream", "text/event-stream", ""})
    void otherTypesAreLeftAsTheyAre(String type) throws Exception {
        answer(type, "hello".getBytes(UTF_8), "ETag", "\"1\"");

        TestResponse response = getLoud();

        assertThat(response.text()).isEqualTo("hello");
        assertThat(response.headers().first("ETag")).contains("\"1\"");
    }

    @Test
    void theTypesMayBeOthers() throws Exception {
        answer("text/event-stream", "hello".getBytes(UTF_8));
        assertThat(get(BodyRewrite.response().text(LOUD).mediaTypes("text/event-stream"))
                        .text())
                .isEqualTo("HELLO");
        answer("text/html", "hello".getBytes(UTF_8));
        assertThat(get(BodyRewrite.response().json(LOUD)).text()).isEqualTo("hello");
    }

    @Test
    void aResponseThatMustNotBeTransformedIsLeftAsItIs() throws Exception {
        answer(HTML, "hello".getBytes(UTF_8), "Cache-Control", "no-transform");

        assertThat(getLoud().text()).isEqualTo("hello");
    }

    @Test
    void aPartIsRefused() throws Exception {
        origin.answer(request -> ProxyResponse.builder(206)
                .addHeader("Content-Type", HTML)
                .body(Body.of("hel"))
                .build());

        assertThat(getLoud().status()).isEqualTo(502);
    }

    @Test
    void aHeadAnd304HaveTheFieldsOfAChangedBody() throws Exception {
        answer(HTML, new byte[0], "ETag", "\"1\"", "Content-Length", "5");
        Headers head = client(BodyRewrite.response().text(LOUD))
                .send("HEAD", "/", Headers.empty(), new byte[0])
                .headers();
        assertThat(head.has("Content-Length")).isFalse();
        assertThat(head.first("ETag")).contains("W/\"1\"");

        origin.answer(
                request -> ProxyResponse.builder(304).addHeader("ETag", "\"1\"").build());
        assertThat(getLoud("If-None-Match", "W/\"1\"").headers().first("ETag")).contains("W/\"1\"");
    }

    @Test
    void noBodyIsNotChanged() throws Exception {
        answer(HTML, new byte[0], "ETag", "\"1\"");

        TestResponse response = get(BodyRewrite.response().text((request, text) -> "something"));

        assertThat(response.body()).isEmpty();
        assertThat(response.headers().first("ETag")).contains("\"1\"");
    }

    @Test
    void trailersStayButNoDigests() throws Exception {
        origin.answer(request -> ProxyResponse.builder(200)
                .addHeader("Trailer", "X-Sum")
                .addHeader("Trailer", "Repr-Digest, Content-Digest")
                .addHeader("Content-Type", HTML)
                .body(Body.of(
                        new ByteArrayInputStream("hello".getBytes(UTF_8)),
                        Body.UNKNOWN,
                        () -> Headers.of("X-Sum", "7", "Repr-Digest", "a=:AA==:")))
                .build());

        TestResponse response = getLoud();

        assertThat(response.text()).isEqualTo("HELLO");
        assertThat(response.trailers()).isEqualTo(Headers.of("X-Sum", "7"));
        assertThat(response.headers().all("Trailer")).containsExactly("X-Sum");
        assertThat(get(BodyRewrite.response().stream(text -> text)).trailers()).isEqualTo(Headers.of("X-Sum", "7"));
    }

    /** Nothing comes out of the last one, so no limit of the text would ever be reached. */
    @Test
    void whatOneDecoderFeedsToTheNextIsLimited() throws Exception {
        byte[] empty = Coded.gzip("");
        byte[] many = new byte[empty.length * 100_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = empty[i % empty.length];
        }
        byte[] coded = Coded.gzip(many);
        answer(HTML, coded, "Content-Encoding", "gzip, gzip");

        assertThat(getLoud().status()).isEqualTo(502);
        assertThat(postLoud(coded, "Content-Type", HTML, "Content-Encoding", "gzip, gzip")
                        .status())
                .isEqualTo(400);
    }

    /** Each byte in upper case. */
    private static InputStream upper(InputStream in) {
        return new FilterInputStream(in) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int n = super.read(target, offset, length);
                for (int i = offset; i < offset + n; i++) {
                    target[i] = (byte) Character.toUpperCase((char) target[i]);
                }
                return n;
            }
        };
    }

    @Test
    void aStreamIsChangedOnItsWay() throws Exception {
        byte[] words = Coded.words(3_000_000, 1);
        byte[] loud = upper(new ByteArrayInputStream(words)).readAllBytes();
        for (boolean coded : new boolean[] {false, true}) {
            String coding = coded ? "gzip" : "identity";
            byte[] bytes = coded ? Coded.gzip(words) : words;
            answer(HTML, bytes, "Content-Encoding", coding);

            byte[] got =
                    get(BodyRewrite.response().stream(BodyRewriteTest::upper)).body();
            client(BodyRewrite.request().stream(BodyRewriteTest::upper))
                    .send("POST", "/", Headers.of("Content-Type", HTML, "Content-Encoding", coding), bytes);
            byte[] sent = origin.requests().get(origin.requests().size() - 1).body();

            assertThat(coded ? Coded.gunzip(got) : got).isEqualTo(loud);
            assertThat(coded ? Coded.gunzip(sent) : sent).isEqualTo(loud);
        }
    }

    @Test
    void aStreamThatBreaksOffDoesNotLookWhole() throws Exception {
        byte[] coded = Coded.gzip(Coded.words(200_000, 1));
        answer(HTML, Arrays.copyOf(coded, coded.length - 10), "Content-Encoding", "gzip");

        TestResponse response = get(BodyRewrite.response().stream(in -> in));

        assertThat(response.failure()).isNotNull();
        assertThat(response.failure().outcome()).isEqualTo(Outcome.BAD_RESPONSE);
    }

    @Test
    void decodersAndEncodersAreFreed() throws Exception {
        CountingCoding coding = new CountingCoding();
        byte[] coded = Coded.gzip(Coded.words(200_000, 1));
        answer(HTML, coded, "Content-Encoding", "gzip");
        get(BodyRewrite.response().text(LOUD).codings(coding));
        get(BodyRewrite.response().stream(in -> in).codings(coding));
        get(BodyRewrite.response().text(LOUD).codings(coding).maxBytes(10));

        assertThat(coding.made()).isEqualTo(5);
        assertThat(coding.open()).isZero();
    }

    @Test
    void itsStageIsWithinThatOfCompression() {
        assertThat(BodyRewrite.request().text(LOUD).build().stage()).isEqualTo(Stage.BODY);
    }

    @Test
    void aCopyCanBeChanged() throws Exception {
        answer("a/b", "hello".getBytes(UTF_8));
        BodyRewrite.Builder copy =
                BodyRewrite.response().text(LOUD).build().toBuilder().mediaTypes("a/b");

        assertThat(get(copy).text()).isEqualTo("HELLO");
    }

    @Test
    void whatIsNoOptionIsRefused() {
        BodyRewrite.Builder builder = BodyRewrite.response();
        assertThatThrownBy(builder::build).hasMessage("a rewrite needs text, json or stream");
        assertThatThrownBy(() -> builder.maxBytes(0)).hasMessage("maxBytes must be positive: 0");
        assertThatThrownBy(builder::mediaTypes).hasMessage("mediaTypes needs at least one value");
        assertThatThrownBy(builder::codings).hasMessage("codings needs at least one value");
    }
}
