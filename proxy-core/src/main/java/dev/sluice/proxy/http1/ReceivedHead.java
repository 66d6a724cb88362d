package dev.sluice.proxy.http1;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.HostField;

/**
 * A request's head in HTTP/1.1 or 1.0, in its parts: the fields that go on, and those about this connection.
 *
 * @param request the request without its body
 * @param framing where the body ends
 */
public record ReceivedHead(ProxyRequest.Builder request, Framing framing) {
    /**
     * Takes a head apart.
     *
     * @param method a token
     * @param target as it stood in the request line
     * @param headers all field lines, those about the connection and the framing included
     * @throws ProxyException if it is ambiguous or asks for something unknown here: 400, 417 or 501
     */
    public static ReceivedHead of(String method, String target, HttpVersion version, Headers headers, Exchange scope)
            throws ProxyException {
        RequestTarget read =
                RequestTarget.received(method, target, scope.client().scheme(), HostField.authority(version, headers));
        Framing framing = Framing.request(method, version, headers);
        ProxyRequest.Builder request = ProxyRequest.builder(scope, method, read)
                .version(version)
                .headers(HopByHop.request(headers, true))
                .upgrade(HopByHop.upgrade(version, headers))
                .acceptsTrailers(HopByHop.acceptsTrailers(headers))
                .expectsContinue(expectsContinue(version, headers, framing));
        return new ReceivedHead(request, framing);
    }

    /**
     * RFC 9110 §10.1.1: in HTTP/1.0 and without a body it is ignored, and any other expectation may be answered with
     * 417.
     */
    private static boolean expectsContinue(HttpVersion version, Headers headers, Framing framing)
            throws ProxyException {
        if (!headers.has("Expect")) {
            return false;
        }
        for (String expectation : headers.list("Expect")) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw ProxyException.refused(Outcome.NOT_SUPPORTED, 417, "only 100-continue can be expected");
            }
        }
        return version == HttpVersion.HTTP_1_1 && framing.length() != 0;
    }
}
