package dev.sluice.proxy.http1;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.rule.Expectation;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import dev.sluice.proxy.header.rule.HostField;

/**
 * A request's head in HTTP/1.1 or 1.0, in its parts: the fields that go on, and those about this connection.
 *
 * @param request the request without its body
 * @param framing where the body ends
 */
public record ReceivedHead(ProxyRequest request, Framing framing) {
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
        ProxyRequest request = ProxyRequest.builder(scope, method, read)
                .version(version)
                .headers(HopByHop.request(headers, true))
                .upgrade(HopByHop.upgrade(version, headers))
                .acceptsTrailers(HopByHop.acceptsTrailers(headers))
                .expectsContinue(Expectation.isContinue(version, headers, framing.length() != 0))
                .build();
        return new ReceivedHead(request, framing);
    }
}
