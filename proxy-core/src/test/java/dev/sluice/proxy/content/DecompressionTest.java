package dev.sluice.proxy.content;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyHandler;
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
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DecompressionTest {
    private static final byte[] TEXT = Coded.words(200_000, 1);

    private final FakeUpstream origin = FakeUpstream.named("origin");

    private TestClient client(Decompression rule) {
        return TestClient.of(Pipeline.builder()
                .addFilter(rule)
                .addRoute("/**", ReverseProxy.to(origin))
                .build());
    }

    private TestResponse post(byte[] body, String... fields) throws Exception {
        return client(Decompression.DEFAULT).send("POST", "/", Headers.of(fields), body);
    }

    private ReceivedRequest received() {
        assertThat(origin.requests()).hasSize(1);
        return origin.requests().get(0);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip", "GZIP", "x-gzip", "identity, gzip"})
    void theOriginGetsThePlainBody(String coding) throws Exception {
        post(
                Coded.gzip(TEXT),
                "Content-Encoding",
                coding,
                "Content-Type",
                "text/plain",
                "Content-Digest",
                "sha-256=:AAAA:",
                "Content-MD5",
                "AAAA");

        assertThat(received().body()).isEqualTo(TEXT);
        assertThat(received().headers().has("Content-Encoding")).isFalse();
        assertThat(received().headers().has("Content-Digest")).isFalse();
        assertThat(received().headers().has("Content-MD5")).isFalse();
        assertThat(received().headers().first("Content-Type")).contains("text/plain");
    }

    @Test
    void deflateIsUndoneToo() throws Exception {
        post(EncodedInput.encode(TEXT, ContentCoding.DEFLATE), "Content-Encoding", "deflate");

        assertThat(received().body()).isEqualTo(TEXT);
    }

    @Test
    void severalCodingsAreUndoneInTurn() throws Exception {
        byte[] coded = Coded.gzip(EncodedInput.encode(TEXT, ContentCoding.DEFLATE));

        post(coded, "Content-Encoding", "deflate", "Content-Encoding", "gzip");

        assertThat(received().body()).isEqualTo(TEXT);
    }

    @Test
    void aPlainBodyIsLeftAsItIs() throws Exception {
        post(TEXT, "Content-Encoding", "identity", "Content-MD5", "AAAA");

        assertThat(received().body()).isEqualTo(TEXT);
        assertThat(received().headers().first("Content-Encoding")).contains("identity");
        assertThat(received().headers().has("Content-MD5")).isTrue();
    }

    @Test
    void aRequestWithoutABodyGoesOn() throws Exception {
        assertThat(client(Decompression.DEFAULT)
                        .send("GET", "/", Headers.of("Content-Encoding", "br"), new byte[0])
                        .status())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"br", "gzip, br", "gzip;q=1", "\"gzip\"", "*", "gzip, gzip, gzip, gzip, gzip, gzip"})
    void whatCannotBeUndoneIs415WithWhatCan(String coding) throws Exception {
        TestResponse response = post(Coded.gzip(TEXT), "Content-Encoding", coding);

        assertThat(response.status()).isEqualTo(415);
        assertThat(response.headers().first("Accept-Encoding")).contains("gzip, deflate");
        assertThat(origin.requests()).isEmpty();
    }

    @Test
    void tooMuchIs413() throws Exception {
        Decompression rule = Decompression.builder().maxBytes(TEXT.length - 1).build();

        TestResponse response =
                client(rule).send("POST", "/", Headers.of("Content-Encoding", "gzip"), Coded.gzip(TEXT));

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.text()).contains("the decompressed body has more than 199999 bytes");
    }

    @Test
    void asMuchAsIsAllowedGoesOn() throws Exception {
        Decompression rule = Decompression.builder().maxBytes(TEXT.length).build();

        client(rule).send("POST", "/", Headers.of("Content-Encoding", "gzip"), Coded.gzip(TEXT));

        assertThat(received().body()).isEqualTo(TEXT);
    }

    @Test
    void tooMuchForItsLengthIs413() throws Exception {
        TestResponse response = post(Coded.gzip(new byte[1_000_000]), "Content-Encoding", "gzip");

        assertThat(response.status()).isEqualTo(413);
        assertThat(response.text())
                .contains("the decompressed body is more than 200 times as long as the compressed one");
    }

    @Test
    void aShortBodyMayBeCompressedAsWellAsItCan() throws Exception {
        post(Coded.gzip(new byte[64 * 1024]), "Content-Encoding", "gzip");

        assertThat(received().body()).hasSize(64 * 1024);
    }

    /** Nothing comes out of the inner one, so a limit at the end alone would let it be fed without end. */
    @Test
    void eachDecoderOfAChainIsLimited() throws Exception {
        byte[] empty = Coded.gzip("");
        byte[] many = new byte[empty.length * 100_000];
        for (int i = 0; i < many.length; i++) {
            many[i] = empty[i % empty.length];
        }

        TestResponse response = post(Coded.gzip(many), "Content-Encoding", "gzip, gzip");

        assertThat(response.status()).isEqualTo(413);
    }

    @Test
    void trailersGoOnButNoDigests() throws Exception {
        ProxyHandler handler = request -> {
            request.body().open().readAllBytes();
            return ProxyResponse.of(200, request.body().trailers().toString());
        };
        Body body = Body.of(
                new ByteArrayInputStream(Coded.gzip(TEXT)),
                Body.UNKNOWN,
                () -> Headers.of("X-Sum", "7", "Content-Digest", "a=:AA==:"));

        TestResponse response = TestClient.of(handler.with(Decompression.DEFAULT))
                .send(
                        "POST",
                        "/",
                        request -> request.headers(Headers.of("Content-Encoding", "gzip"))
                                .body(body));

        assertThat(response.text()).isEqualTo(Headers.of("X-Sum", "7").toString());
    }

    @Test
    void whatIsNotValidIs400() throws Exception {
        byte[] good = Coded.gzip(TEXT);
        byte[] changed = good.clone();
        changed[good.length / 2]++;
        byte[][] bad = {TEXT, Arrays.copyOf(good, good.length - 1), Arrays.copyOf(good, good.length + 1), changed, {1}};
        for (byte[] body : bad) {
            TestResponse response = post(body, "Content-Encoding", "gzip");

            assertThat(response.status()).isEqualTo(400);
            assertThat(response.text()).isEqualTo("400 Bad Request: the body is not what its Content-Encoding says\n");
        }
    }

    @Test
    void aClientThatBreaksOffIsNotToldThatItsBodyIsInvalid() {
        InputStream broken = new FilterInputStream(new ByteArrayInputStream(new byte[] {31, (byte) 0x8b, 8})) {
            @Override
            public int read(byte[] target, int offset, int length) throws IOException {
                int n = super.read(target, offset, length);
                if (n < 0) {
                    throw new IOException("gone");
                }
                return n;
            }
        };
        assertThatThrownBy(() -> TestClient.of(ReverseProxy.to(origin).with(Decompression.DEFAULT))
                        .send(
                                "POST",
                                "/",
                                request -> request.headers(Headers.of("Content-Encoding", "gzip"))
                                        .body(Body.of(broken, Body.UNKNOWN))))
                .isInstanceOf(ProxyException.class)
                .hasMessageContaining("reading the request's body failed");
    }

    @Test
    void theDecoderIsFreedAtTheEndAndAfterAFailure() throws Exception {
        CountingCoding coding = new CountingCoding();
        Decompression rule = Decompression.builder().codings(coding).build();
        byte[] good = Coded.gzip(TEXT);

        client(rule).send("POST", "/", Headers.of("Content-Encoding", "gzip"), good);
        client(rule).send("POST", "/", Headers.of("Content-Encoding", "gzip"), Arrays.copyOf(good, 1000));

        assertThat(coding.made()).isEqualTo(2);
        assertThat(coding.open()).isZero();
    }

    @Test
    void itsStageIsOutsideOfWhatChangesBodies() {
        assertThat(Decompression.DEFAULT.stage()).isEqualTo(Stage.COMPRESSION);
    }

    @Test
    void whatIsNoOptionIsRefused() {
        Decompression.Builder builder = Decompression.builder();
        assertThatThrownBy(builder::codings).hasMessage("codings needs at least one value");
        assertThatThrownBy(() -> builder.maxBytes(-1)).hasMessage("maxBytes must not be negative: -1");
        assertThatThrownBy(() -> builder.maxRatio(0)).hasMessage("maxRatio must be positive: 0");
    }

    @Test
    void theTextIsAsLongAsTheTestsSay() {
        assertThat(new String(TEXT, UTF_8)).hasSize(200_000);
    }
}
