package org.moshpit.agent.portmap.io;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.URI;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/**
 * Reads a router's XML with the JDK's own parser: no document type, no entities but XML's five,
 * nothing fetched from anywhere. Depth and text are bounded by what was read.
 */
final class RouterXml {
  /** What of a description matters: where the service that maps ports takes its orders. */
  record Control(String serviceType, URI url) {}

  private static final int MAX_DEPTH = 32;

  private RouterXml() {}

  /**
   * The control point of the connection to the internet.
   *
   * @param location where the description was read: relative addresses begin there
   * @throws IOException if there is none, or this is no XML we read
   */
  static Control control(byte[] description, URI location) throws IOException {
    Map<String, String> service = new HashMap<>();
    Map<String, String> found = new LinkedHashMap<>();
    URI[] base = {location};
    walk(
        description,
        (name, text) -> {
          switch (name) {
            case "URLBase" -> base[0] = text.isEmpty() ? location : URI.create(text);
            case "serviceType", "controlURL" -> service.put(name, text);
            case "service" -> {
              String type = service.getOrDefault("serviceType", "");
              if (type.matches("urn:schemas-upnp-org:service:WAN(IP|PPP)Connection:[12]")
                  && service.containsKey("controlURL")) {
                found.putIfAbsent(type, service.get("controlURL"));
              }
              service.clear();
            }
            default -> {
              // the rest is for people
            }
          }
        });
    if (found.isEmpty()) {
      throw new IOException("the router maps no ports");
    }
    Map.Entry<String, String> first = found.entrySet().iterator().next();
    try {
      return new Control(first.getKey(), base[0].resolve(first.getValue()));
    } catch (IllegalArgumentException e) {
      throw new IOException("the router's description makes no sense", e);
    }
  }

  /** Every element of an answer that has text of its own, by its local name. */
  static Map<String, String> values(byte[] answer) throws IOException {
    Map<String, String> values = new HashMap<>();
    walk(answer, values::putIfAbsent);
    return values;
  }

  private interface Element {
    void ended(String name, String text);
  }

  private static void walk(byte[] xml, Element element) throws IOException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_REPLACING_ENTITY_REFERENCES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    factory.setXMLResolver(
        (publicId, systemId, base, namespace) -> new ByteArrayInputStream(new byte[0]));
    try {
      XMLStreamReader reader = factory.createXMLStreamReader(new ByteArrayInputStream(xml));
      StringBuilder text = new StringBuilder();
      int depth = 0;
      while (reader.hasNext()) {
        switch (reader.next()) {
          case XMLStreamConstants.START_ELEMENT -> {
            if (++depth > MAX_DEPTH) {
              throw new IOException("the router's answer is too deep");
            }
            text.setLength(0);
          }
          case XMLStreamConstants.CHARACTERS -> text.append(reader.getText());
          case XMLStreamConstants.END_ELEMENT -> {
            depth--;
            element.ended(reader.getLocalName(), text.toString().strip());
            text.setLength(0);
          }
          case XMLStreamConstants.DTD, XMLStreamConstants.ENTITY_REFERENCE ->
              throw new IOException("the router's answer has a document type or entities");
          default -> {
            // comments and processing instructions
          }
        }
      }
    } catch (XMLStreamException | IllegalArgumentException e) {
      throw new IOException("the router's answer is not XML", e);
    }
  }
}
