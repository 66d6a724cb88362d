/** A reverse proxy as a library: the vocabulary, the pipeline, the transports and the test kit. */
@SuppressWarnings("module") // the balancer is compiled after this
module dev.sluice.proxy {
    requires static transitive org.jspecify;
    requires org.slf4j;
    requires transitive java.net.http;
    requires transitive jdk.httpserver;
    requires static jdk.unsupported;
    requires static org.junit.jupiter.api;

    exports dev.sluice.proxy;
    exports dev.sluice.proxy.auth;
    exports dev.sluice.proxy.answer;
    exports dev.sluice.proxy.browser;
    exports dev.sluice.proxy.cache;
    exports dev.sluice.proxy.cache.store;
    exports dev.sluice.proxy.connect;
    exports dev.sluice.proxy.content;
    exports dev.sluice.proxy.error;
    exports dev.sluice.proxy.forward;
    exports dev.sluice.proxy.header;
    exports dev.sluice.proxy.header.rule to
            dev.sluice.balancer;
    exports dev.sluice.proxy.internal to
            dev.sluice.balancer;
    exports dev.sluice.proxy.key;
    exports dev.sluice.proxy.limit;
    exports dev.sluice.proxy.limit.adaptive to
            dev.sluice.balancer;
    exports dev.sluice.proxy.log;
    exports dev.sluice.proxy.metrics;
    exports dev.sluice.proxy.mirror;
    exports dev.sluice.proxy.reverse;
    exports dev.sluice.proxy.route;
    exports dev.sluice.proxy.scope to
            dev.sluice.balancer;
    exports dev.sluice.proxy.server;
    exports dev.sluice.proxy.syntax to
            dev.sluice.balancer;
    exports dev.sluice.proxy.origin to
            dev.sluice.balancer;
    exports dev.sluice.proxy.testing;
    exports dev.sluice.proxy.testing.gateway;
    exports dev.sluice.proxy.testing.junit;
    exports dev.sluice.proxy.time;
    exports dev.sluice.proxy.tls;
    exports dev.sluice.proxy.trace;
    exports dev.sluice.proxy.spi;
    exports dev.sluice.proxy.transport.jdk;
    exports dev.sluice.proxy.transport.url to
            dev.sluice.balancer;
    exports dev.sluice.proxy.transport.direct;
}
