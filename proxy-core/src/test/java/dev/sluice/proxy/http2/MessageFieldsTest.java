package dev.sluice.proxy.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.http1.OutputBuffer;
import dev.sluice.proxy.http2.hpack.Decoder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of RFC 9113 §8 for the fields of messages. */
class MessageFieldsTest {
    private static final String GET = ":method: GET|:scheme: https|:path: /a?b|:authority: example.com|";

    /** Fields with bars between them. */
    private static FieldBlock block(String fields) {
        FieldBlock block = new FieldBlock();
        for (String field : fields.split("\\|")) {
            int colon = field.indexOf(": ");
            block.field(field.substring(0, colon), field.substring(colon + 2), false);
        }
        return block;
    }

    private static RequestFields request(String fields) throws Http2Exception {
        return RequestFields.of(block(fields), 3, true);
    }

    private static void assertMalformed(String fields) {
        assertThatThrownBy(() -> request(fields)).isInstanceOfSatisfying(Http2Exception.class, fault -> {
            assertThat(fault.code()).isEqualTo(ErrorCode.PROTOCOL_ERROR);
            assertThat(fault.stream()).isEqualTo(3);
        });
    }

    @Test
    void aRequestHasItsParts() throws Exception {
        RequestFields get = request(GET + "accept: */*|te: trailers|x: a b");
        assertThat(get.method()).isEqualTo("GET");
        assertThat(get.scheme()).isEqualTo("https");
        assertThat(get.path()).isEqualTo("/a?b");
        assertThat(get.authority()).isEqualTo("example.com");
        assertThat(get.protocol()).isNull();
        assertThat(get.headers()).isEqualTo(Headers.of("accept", "*/*", "te", "trailers", "x", "a b"));
        RequestFields options = request(":method: OPTIONS|:scheme: https|:path: *|host: example.com");
        assertThat(options.path()).isEqualTo("*");
        assertThat(options.authority()).isEqualTo("example.com");
        assertThat(options.headers().isEmpty()).isTrue();
    }

    @Test
    void hostMayRepeatTheAuthority() throws Exception {
        RequestFields get = request(GET + "host: Example.com");
        assertThat(get.authority()).isEqualTo("example.com");
        assertThat(get.headers().isEmpty()).isTrue();
    }

    @Test
    void aConnectHasAnAuthorityAloneOrAProtocolToo() throws Exception {
        RequestFields connect = request(":method: CONNECT|:authority: example.com:443");
        assertThat(connect.authority()).isEqualTo("example.com:443");
        assertThat(connect.path()).isEmpty();
        RequestFields webSocket =
                request(":method: CONNECT|:protocol: websocket|:scheme: https|:path: /chat|:authority: example.com");
        assertThat(webSocket.protocol()).isEqualTo("websocket");
        assertThat(webSocket.path()).isEqualTo("/chat");
        assertThatThrownBy(() -> RequestFields.of(
                        block(":method: CONNECT|:protocol: websocket|:scheme: https|:path: /|:authority: a"), 3, false))
                .isInstanceOf(Http2Exception.class);
    }

    @Test
    void theCrumbsOfCookiesAreOneField() throws Exception {
        assertThat(request(GET + "cookie: a=b|x: y|cookie: c=d|cookie: e=f").headers())
                .isEqualTo(Headers.of("x", "y", "cookie", "a=b; c=d; e=f"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // §8.2.1
                GET + "Accept: a",
                GET + "a b: c",
                GET + "a:b: c",
                GET + "ä: c",
                GET + ": c",
                GET + "a:  b",
                GET + "a: b ",
                GET + "a: b\t",
                GET + "a: b\r\nc: d",
                GET + "a: b\nc",
                GET + "a: b\u0000c",
                GET + "cookie: b\rc",
                // §8.2.2
                GET + "connection: close",
                GET + "proxy-connection: close",
                GET + "keep-alive: 5",
                GET + "transfer-encoding: chunked",
                GET + "upgrade: h2c",
                GET + "te: gzip",
                GET + "te: trailers, gzip",
                // §8.3
                GET + "a: b|:path: /c",
                GET + ":path: /c",
                GET + ":method: GET",
                GET + ":status: 200",
                GET + ":unknown: x",
                "a: b|:method: GET|:scheme: https|:path: /",
                // §8.3.1
                ":scheme: https|:path: /|:authority: a",
                ":method: GET|:path: /|:authority: a",
                ":method: GET|:scheme: https|:authority: a",
                ":method: GET|:scheme: https|:path: |:authority: a",
                ":method: GET|:scheme: https|:path: *|:authority: a",
                ":method: GET|:scheme: https|:path: a/b|:authority: a",
                ":method: G T|:scheme: https|:path: /|:authority: a",
                ":method: |:scheme: https|:path: /|:authority: a",
                ":method: GET|:scheme: |:path: /|:authority: a",
                GET + "host: other.com",
                GET + "host: example.com|host: example.com",
                // §8.5, RFC 8441 §4
                ":method: CONNECT",
                ":method: CONNECT|:authority: ",
                ":method: CONNECT|:authority: a:1|:path: /",
                ":method: CONNECT|:authority: a:1|:scheme: https",
                ":method: CONNECT|:protocol: websocket|:authority: a:1",
                GET + ":protocol: websocket",
            })
    void aRequestThatBreaksARuleIsMalformed(String fields) {
        assertMalformed(fields);
    }

    @Test
    void aResponseHasAStatus() throws Exception {
        ResponseFields ok = ResponseFields.of(block(":status: 204|a: b"), 1);
        assertThat(ok).isEqualTo(new ResponseFields(204, Headers.of("a", "b")));
        assertThat(ResponseFields.of(block(":status: 103|link: x"), 1).status()).isEqualTo(103);
        for (String malformed : new String[] {
            "a: b",
            ":status: 20",
            ":status: 2000",
            ":status: 099",
            ":status: abc",
            ":status: 101",
            ":status: 200|:path: /",
            ":status: 200|connection: close",
            "a: b|:status: 200",
            ":status: 200|A: b"
        }) {
            assertThatThrownBy(() -> ResponseFields.of(block(malformed), 1))
                    .as(malformed)
                    .isInstanceOf(Http2Exception.class);
        }
    }

    private static FieldBlock decoded(Decoder decoder, OutputBuffer bytes) throws Exception {
        FieldBlock block = new FieldBlock();
        assertThat(decoder.decode(bytes.bytes(), 0, bytes.size(), block)).isTrue();
        return block;
    }

    @Test
    void whatIsWrittenIsReadAndHasNoFieldOfAConnection() throws Exception {
        FieldWriter writer = new FieldWriter();
        Decoder decoder = new Decoder(10_000);
        Headers fields = Headers.of("Accept", "x", "Connection", "close", "Upgrade", "a", "Content-Length", "9");
        RequestFields get = new RequestFields("GET", "https", "a.com", "/b", null, fields);
        for (int i = 0; i < 2; i++) {
            RequestFields read = RequestFields.of(decoded(decoder, writer.request(get, 7, false, true)), 1, false);
            assertThat(read.path()).isEqualTo("/b");
            assertThat(read.headers()).isEqualTo(Headers.of("accept", "x", "content-length", "7", "te", "trailers"));
            ResponseFields response =
                    ResponseFields.of(decoded(decoder, writer.response(200, Headers.of("ETag", "1"), -1)), 1);
            assertThat(response).isEqualTo(new ResponseFields(200, Headers.of("etag", "1")));
            FieldBlock trailers = decoded(
                    decoder, writer.trailers(Headers.of("Grpc-Status", "0", "Keep-Alive", "1", "Content-Length", "0")));
            assertThat(trailers.rest(1)).isEqualTo(Headers.of("grpc-status", "0"));
        }
        RequestFields connect = new RequestFields("CONNECT", "", "a:1", "", null, Headers.empty());
        assertThat(RequestFields.of(decoded(decoder, writer.request(connect, -1, false, false)), 1, false))
                .isEqualTo(connect);
    }
}
