package dev.sluice.proxy.forward;

/**
 * The user that has been authenticated. It is in the exchange: a filter finds it there once the proxy has answered,
 * with {@code exchange.get(ProxyUser.class)}.
 *
 * @param name as the client sent it
 */
public record ProxyUser(String name) {}
