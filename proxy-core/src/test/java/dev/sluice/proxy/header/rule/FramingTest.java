package dev.sluice.proxy.header.rule;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class FramingTest {
    /** The version, the status of the refusal, and the fields. */
    static Stream<Arguments> faults() {
        return Stream.of(
                fault(400, "Content-Length", "5", "Transfer-Encoding", "chunked"),
                fault(400, "transfer-encoding", "chunked", "content-length", "0"),
                fault(400, "Content-Length", "5", "Content-Length", "6"),
                fault(400, "Content-Length", "5, 6"),
                fault(400, "Content-Length", "5, "),
                fault(400, "Content-Length", "5", "Content-Length", "5, x"),
                fault(400, "Content-Length", "5,6"),
                fault(400, "Content-Length", ""),
                fault(400, "Content-Length", "+5"),
                fault(400, "Content-Length", "-5"),
                fault(400, "Content-Length", "-0"),
                fault(400, "Content-Length", "5 5"),
                fault(400, "Content-Length", "0x5"),
                fault(400, "Content-Length", "5.0"),
                fault(400, "Content-Length", "5\u00b2"),
                fault(400, "Content-Length", "9223372036854775808"),
                fault(400, "Content-Length", "18446744073709551621"),
                fault(400, "Content-Length", "99999999999999999999999999"),
                fault(400, "Transfer-Encoding", ""),
                fault(400, "Transfer-Encoding", "identity"),
                fault(400, "Transfer-Encoding", "gzip"),
                fault(400, "Transfer-Encoding", "chunked, gzip"),
                fault(400, "Transfer-Encoding", "chunked, identity"),
                fault(400, "Transfer-Encoding", "xchunked"),
                fault(400, "Transfer-Encoding", "chunked;a=b"),
                fault(400, "Transfer-Encoding", "\"chunked\""),
                fault(400, "Transfer-Encoding", "chunked,"),
                fault(400, "Transfer-Encoding", ", chunked"),
                fault(400, "Transfer-Encoding", "chunked, chunked"),
                fault(400, "Transfer-Encoding", "chunked, gzip, chunked"),
                fault(400, "Transfer-Encoding", "chunked", "Transfer-Encoding", "chunked"),
                fault(400, "Transfer-Encoding", "chunked", "Transfer-Encoding", ""),
                fault(400, "Transfer-Encoding", "chunked", "Transfer-Encoding", "identity"),
                fault(501, "Transfer-Encoding", "gzip, chunked"),
                fault(501, "Transfer-Encoding", "identity, chunked"),
                fault(501, "Transfer-Encoding", "gzip", "Transfer-Encoding", "chunked"));
    }

    private static Arguments fault(int status, String... fields) {
        return Arguments.of(status, Headers.of(fields));
    }

    @Nested
    class Requests {
        @ParameterizedTest
        @MethodSource("dev.sluice.proxy.header.rule.FramingTest#faults")
        void anAmbiguousHeadIsRefused(int status, Headers received) {
            ProxyException fault = refusal(HttpVersion.HTTP_1_1, "POST", received);

            assertThat(fault.status()).isEqualTo(status);
            assertThat(fault.outcome()).isEqualTo(status == 501 ? Outcome.NOT_SUPPORTED : Outcome.BAD_REQUEST);
            assertThat(fault.delivery()).isEqualTo(Delivery.NOT_SENT);
        }

        @Test
        void theSameLengthTwiceIsRefusedToo() {
            for (Headers twice : new Headers[] {
                Headers.of("Content-Length", "5", "Content-Length", "5"), Headers.of("Content-Length", "5, 5")
            }) {
                assertThat(refusal(HttpVersion.HTTP_1_1, "POST", twice).status())
                        .isEqualTo(400);
            }
        }

        @ParameterizedTest
        @CsvSource({"HTTP_1_0, chunked", "HTTP_1_0, identity", "HTTP_2, chunked"})
        void transferEncodingBelongsToVersionOneOneAlone(HttpVersion version, String coding) {
            assertThat(refusal(version, "POST", Headers.of("Transfer-Encoding", coding))
                            .status())
                    .isEqualTo(400);
        }

        @ParameterizedTest
        @ValueSource(strings = {"GET", "HEAD", "DELETE", "POST", "TRACE", "CONNECT"})
        void withoutAFramingFieldThereIsNoBody(String method) throws ProxyException {
            assertThat(Framing.request(method, HttpVersion.HTTP_1_1, Headers.of("Content-Type", "a/b")))
                    .isEqualTo(new Framing(Framing.Kind.NONE, 0));
        }

        @ParameterizedTest
        @CsvSource({"0, 0", "5, 5", "007, 7", "9223372036854775807, 9223372036854775807"})
        void contentLengthSaysHowManyBytesThereAre(String value, long length) throws ProxyException {
            for (HttpVersion version : HttpVersion.values()) {
                assertThat(Framing.request("POST", version, Headers.of("content-length", value)))
                        .isEqualTo(new Framing(Framing.Kind.FIXED, length));
            }
        }

        @ParameterizedTest
        @ValueSource(strings = {"chunked", "Chunked", "\tchunked "})
        void chunkedAloneIsChunked(String coding) throws ProxyException {
            assertThat(Framing.request("POST", HttpVersion.HTTP_1_1, Headers.of("transfer-encoding", coding)))
                    .isEqualTo(new Framing(Framing.Kind.CHUNKED, Body.UNKNOWN));
        }

        @Test
        void connectHasNoBody() throws ProxyException {
            assertThat(refusal(HttpVersion.HTTP_1_1, "CONNECT", Headers.of("Content-Length", "1"))
                            .status())
                    .isEqualTo(400);
            assertThat(refusal(HttpVersion.HTTP_1_1, "CONNECT", Headers.of("Transfer-Encoding", "chunked"))
                            .status())
                    .isEqualTo(400);
            assertThat(Framing.request("CONNECT", HttpVersion.HTTP_1_1, Headers.of("Content-Length", "0"))
                            .length())
                    .isZero();
        }

        @Test
        void theRefusalDoesNotRepeatTheValue() {
            ProxyException fault = refusal(HttpVersion.HTTP_1_1, "POST", Headers.of("Content-Length", "<script>"));

            assertThat(fault.publicDetail()).doesNotContain("script");
        }

        private ProxyException refusal(HttpVersion version, String method, Headers received) {
            return catchThrowableOfType(ProxyException.class, () -> Framing.request(method, version, received));
        }
    }

    @Nested
    class Responses {
        @ParameterizedTest
        @MethodSource("dev.sluice.proxy.header.rule.FramingTest#faults")
        void theSameFaultsAreBadResponses(int ignored, Headers received) {
            for (int status : new int[] {200, 205, 500}) {
                for (String method : new String[] {"GET", "HEAD"}) {
                    assertBadResponse(method, status, HttpVersion.HTTP_1_1, received);
                }
            }
        }

        @Test
        void theSameLengthTwiceInAResponseCountsOnce() throws ProxyException {
            for (Headers twice : new Headers[] {
                Headers.of("Content-Length", "5", "Content-Length", "5"),
                Headers.of("Content-Length", "5, 5"),
                Headers.of("Content-Length", "5,05", "X", "a", "content-length", "\t5 ,5 "),
            }) {
                assertThat(Framing.response("GET", 200, HttpVersion.HTTP_1_1, twice))
                        .isEqualTo(new Framing(Framing.Kind.FIXED, 5));
            }
        }

        @ParameterizedTest
        @CsvSource(
                delimiter = '|',
                nullValues = "none",
                value = {
                    "HEAD | 200 | 5, 5 | 5",
                    "GET | 304 | 5,5 | 5",
                    "HEAD | 200 | 5 | 5",
                    "GET | 304 | 5, 6 | none",
                    "GET | 304 | x | none"
                })
        void whatIsInformationIsOneLengthOrNone(String method, int status, String value, String kept) {
            Headers received = Headers.of("A", "1", "Content-Length", value);

            assertThat(HopByHop.response(method, status, received, false))
                    .isEqualTo(kept == null ? Headers.of("A", "1") : Headers.of("A", "1", "Content-Length", kept));
        }

        @Test
        void transferEncodingInVersionOneZeroIsAFault() {
            assertBadResponse("GET", 200, HttpVersion.HTTP_1_0, Headers.of("Transfer-Encoding", "chunked"));
        }

        @ParameterizedTest
        @CsvSource({"HEAD, 200", "HEAD, 404", "GET, 204", "GET, 304", "POST, 304", "GET, 100", "GET, 101", "GET, 199"})
        void someResponsesHaveNoBodyWhateverTheyClaim(String method, int status) throws ProxyException {
            Headers[] claims = {
                Headers.empty(), Headers.of("Content-Length", "5"), Headers.of("Transfer-Encoding", "chunked")
            };
            for (Headers claim : claims) {
                assertThat(Framing.response(method, status, HttpVersion.HTTP_1_1, claim))
                        .isEqualTo(new Framing(Framing.Kind.NONE, 0));
            }
        }

        @ParameterizedTest
        @ValueSource(ints = {100, 103, 204, 304})
        void thoseByTheirStatusNotEvenWhenTheFieldsAreFaulty(int status) throws ProxyException {
            Headers faulty = Headers.of("Content-Length", "x", "Transfer-Encoding", "gzip");

            assertThat(Framing.response("GET", status, HttpVersion.HTTP_1_0, faulty))
                    .isEqualTo(new Framing(Framing.Kind.NONE, 0));
        }

        @Test
        void aSuccessfulConnectIsATunnelAndItsFramingFieldsDoNotCount() throws ProxyException {
            Headers faulty = Headers.of("Content-Length", "x", "Transfer-Encoding", "chunked");

            assertThat(Framing.response("CONNECT", 299, HttpVersion.HTTP_1_1, faulty)
                            .kind())
                    .isEqualTo(Framing.Kind.NONE);
            assertBadResponse("CONNECT", 300, HttpVersion.HTTP_1_1, faulty);
            assertThat(Framing.response("CONNECT", 407, HttpVersion.HTTP_1_1, Headers.of("Content-Length", "5")))
                    .isEqualTo(new Framing(Framing.Kind.FIXED, 5));
        }

        @Test
        void fieldsOrTheEndOfTheConnectionDelimitABody() throws ProxyException {
            assertThat(Framing.response("GET", 200, HttpVersion.HTTP_1_1, Headers.of("Content-Length", "0")))
                    .isEqualTo(new Framing(Framing.Kind.FIXED, 0));
            assertThat(Framing.response("GET", 500, HttpVersion.HTTP_1_1, Headers.of("Transfer-Encoding", "chunked")))
                    .isEqualTo(new Framing(Framing.Kind.CHUNKED, Body.UNKNOWN));
            for (HttpVersion version : HttpVersion.values()) {
                assertThat(Framing.response("GET", 200, version, Headers.empty()))
                        .isEqualTo(new Framing(Framing.Kind.UNTIL_CLOSE, Body.UNKNOWN));
            }
        }

        private void assertBadResponse(String method, int status, HttpVersion version, Headers received) {
            ProxyException fault = catchThrowableOfType(
                    ProxyException.class, () -> Framing.response(method, status, version, received));
            assertThat(fault.outcome()).isEqualTo(Outcome.BAD_RESPONSE);
            assertThat(fault.delivery()).isEqualTo(Delivery.ANSWERED);
            assertThat(fault.status()).isEqualTo(502);
            assertThat(fault.publicDetail()).isNull();
        }
    }
}
