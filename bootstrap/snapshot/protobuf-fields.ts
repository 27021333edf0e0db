/** Takes a protobuf message apart into its fields, without knowing what they mean. */

export interface ProtobufField {
  readonly number: number;
  /** A number for the wire types 0, 1 and 5, whose value nobody here needs; bytes for wire type 2. */
  readonly value: Uint8Array | undefined;
}

/** The fields in order, or undefined where the bytes are no well-formed message. */
export function protobufFields(bytes: Uint8Array): readonly ProtobufField[] | undefined {
  const fields: ProtobufField[] = [];
  let at = 0;

  /** At most 5 bytes: tags and lengths fit in 32 bits. */
  function smallVarint(): number | undefined {
    let value = 0;
    for (let i = 0; i < 5; i++) {
      const byte = bytes[at++];
      if (byte === undefined) return undefined;
      value += (byte & 0x7f) * 2 ** (7 * i);
      if (byte < 0x80) return value <= 0xffffffff ? value : undefined;
    }
    return undefined;
  }

  function skipVarint(): boolean {
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++];
      if (byte === undefined) return false;
      if (byte < 0x80) return true;
    }
    return false;
  }

  while (at < bytes.length) {
    const tag = smallVarint();
    if (tag === undefined || tag < 8) return undefined;
    const wire = tag & 7;
    let value: Uint8Array | undefined;
    if (wire === 0) {
      if (!skipVarint()) return undefined;
    } else if (wire === 2) {
      const length = smallVarint();
      if (length === undefined || length > bytes.length - at) return undefined;
      value = bytes.subarray(at, at + length);
      at += length;
    } else if (wire === 1 || wire === 5) {
      at += wire === 1 ? 8 : 4;
      if (at > bytes.length) return undefined;
    } else return undefined;
    fields.push({ number: tag >>> 3, value });
  }
  return fields;
}
