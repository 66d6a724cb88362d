package dev.sluice.proxy.transport.jdk;

import dev.sluice.proxy.Body;
import dev.sluice.proxy.Delivery;
import dev.sluice.proxy.Headers;
import dev.sluice.proxy.HttpVersion;
import dev.sluice.proxy.Outcome;
import dev.sluice.proxy.ProxyException;
import dev.sluice.proxy.ProxyResponse;
import dev.sluice.proxy.header.rule.Framing;
import dev.sluice.proxy.header.rule.HopByHop;
import java.net.http.HttpClient;
import java.net.http.HttpResponse.ResponseInfo;
import java.util.List;
import java.util.Map;

/**
 * A response's head as the client gives it, inspected. The client reads ambiguous framing one way and says nothing, so
 * its fields are looked at again. It does not tell HTTP/1.0 from 1.1.
 *
 * @param status the status code
 * @param version what was spoken
 * @param headers the fields that may go on
 * @param length of the body, or {@link Body#UNKNOWN}
 */
record JdkUpstreamHead(int status, HttpVersion version, Headers headers, long length) {
    /**
     * Reads a head.
     *
     * @param method of the request
     * @throws ProxyException if the framing is faulty: BAD_RESPONSE
     * @throws IllegalArgumentException if a field is not allowed
     */
    static JdkUpstreamHead of(String method, ResponseInfo info) throws ProxyException {
        HttpVersion version = info.version() == HttpClient.Version.HTTP_2 ? HttpVersion.HTTP_2 : HttpVersion.HTTP_1_1;
        return of(method, info.statusCode(), version, info.headers().map());
    }

    /** Reads the head of a 204 that the client has failed for its framing fields. */
    static JdkUpstreamHead noContent(String method, Map<String, List<String>> fields) throws ProxyException {
        return of(method, 204, HttpVersion.HTTP_1_1, fields);
    }

    private static JdkUpstreamHead of(String method, int status, HttpVersion version, Map<String, List<String>> fields)
            throws ProxyException {
        Headers received = fields(fields);
        long length = Framing.response(method, status, version, received).length();
        if (length > 0 && received.all("Content-Length").get(0).indexOf(',') >= 0) {
            // RFC 9110 §8.6 would allow it, but the client fails at the body.
            throw new ProxyException(
                    Outcome.BAD_RESPONSE,
                    Delivery.ANSWERED,
                    "Content-Length is a list, which the JDK's client cannot read");
        }
        return new JdkUpstreamHead(status, version, HopByHop.response(method, status, received, false), length);
    }

    /** The response with this body. */
    ProxyResponse response(Body body) {
        return ProxyResponse.builder(status)
                .version(version)
                .headers(headers)
                .body(body)
                .build();
    }

    private static Headers fields(Map<String, List<String>> received) {
        Headers.Builder fields = Headers.builder();
        for (Map.Entry<String, List<String>> field : received.entrySet()) {
            // HTTP/2's :status is among them.
            if (!field.getKey().startsWith(":")) {
                field.getValue().forEach(value -> fields.add(field.getKey(), value));
            }
        }
        return fields.build();
    }
}
