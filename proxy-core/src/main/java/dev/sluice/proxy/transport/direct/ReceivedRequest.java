package dev.sluice.proxy.transport.direct;

import dev.sluice.proxy.Exchange;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.RequestTarget;
import dev.sluice.proxy.header.Framing;
import dev.sluice.proxy.header.HopByHop;
import dev.sluice.proxy.header.HostField;
import dev.sluice.proxy.http1.RequestHead;

/**
 * A request's head, taken apart: what goes on as fields, and what speaks of this connection alone.
 *
 * @param request the request without its body
 * @param framing where the body ends
 */
record ReceivedRequest(ProxyRequest.Builder request, Framing framing) {
    /**
     * Takes a head apart.
     *
     * @throws ProxyException if it is ambiguous or asks for what is not known here: 400, 417 or 501
     */
    static ReceivedRequest of(RequestHead head, Exchange scope) throws ProxyException {
        Headers received = head.headers();
        RequestTarget target = RequestTarget.received(
                head.method(), head.target(), scope.client().scheme(), HostField.authority(head.version(), received));
        Framing framing = Framing.request(head.method(), head.version(), received);
        ProxyRequest.Builder request = ProxyRequest.builder(scope, head.method(), target)
                .version(head.version())
                .headers(HopByHop.request(received, true))
                .upgrade(HopByHop.upgrade(head.version(), received))
                .acceptsTrailers(HopByHop.acceptsTrailers(received))
                .expectsContinue(expectsContinue(head, framing));
        return new ReceivedRequest(request, framing);
    }

    /**
     * RFC 9110 §10.1.1: in HTTP/1.0 and without a body it is ignored, and any other expectation may be answered with
     * 417.
     */
    private static boolean expectsContinue(RequestHead head, Framing framing) throws ProxyException {
        if (!head.headers().has("Expect")) {
            return false;
        }
        for (String expectation : head.headers().list("Expect")) {
            if (!expectation.equalsIgnoreCase("100-continue")) {
                throw ProxyException.refused(Outcome.NOT_SUPPORTED, 417, "only 100-continue can be expected");
            }
        }
        return head.version() == HttpVersion.HTTP_1_1 && framing.length() != 0;
    }
}
