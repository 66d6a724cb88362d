package dev.sluice.proxy.forward;

import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyRequest;
import dev.sluice.proxy.header.Forwarding;
import dev.sluice.proxy.header.MaxForwards;
import dev.sluice.proxy.header.Via;
import dev.sluice.proxy.header.rule.HopByHop;

/**
 * What becomes of the fields on their way through.
 *
 * @param trusting appends to what peers that are trusted have sent
 * @param requestVia what the next server is told of the proxies; finds loops
 * @param responseVia what the client is told
 */
record HeaderRules(Masking masking, Forwarding trusting, MaxForwards maxForwards, Via requestVia, Via responseVia) {
    static HeaderRules of(Masking masking, Forwarding trusting, MaxForwards maxForwards, Via via) {
        String name = via.pseudonym();
        if (masking == Masking.TRANSPARENT || name == null) {
            return new HeaderRules(masking, trusting, maxForwards, via, via);
        }
        // Masked is the client, not the origin: the entries that a response has keep their names.
        return new HeaderRules(masking, trusting, maxForwards, Via.neutral(name), Via.of(name));
    }

    /**
     * The fields of the request that goes on, in the order in which the rules rest on each other.
     *
     * @param keepProxyAuth whether the next server is a proxy that may want what the client sent for it
     */
    Headers request(ProxyRequest incoming, boolean keepProxyAuth) throws ProxyException {
        Headers headers = HopByHop.request(incoming.headers(), keepProxyAuth);
        headers = maxForwards.apply(incoming.method(), headers);
        headers = masking == Masking.TRANSPARENT
                ? ClientFields.named(headers, incoming.exchange().client(), trusting)
                : ClientFields.masked(headers, incoming.exchange().client());
        if (masking == Masking.SILENT) {
            return headers.without("Via"::equalsIgnoreCase);
        }
        return requestVia.request(headers, incoming.version());
    }

    /** The fields of a final or an interim response. */
    Headers response(String method, int status, Headers received, HttpVersion version, boolean keepProxyAuth) {
        return responseVia.response(HopByHop.response(method, status, received, keepProxyAuth), version);
    }
}
