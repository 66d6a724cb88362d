package dev.sluice.proxy.forward;

/**
 * Who has been authenticated. It is put into the exchange: a filter finds it there once the proxy has answered, by
 * {@code exchange.get(ProxyUser.class)}.
 *
 * @param name as the client sent it
 */
public record ProxyUser(String name) {}
