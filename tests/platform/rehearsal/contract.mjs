// Compares what mobile-sync sends with the documents that it serves: openapi.yaml, the JSON Schemas and the page of errors.

import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats from 'ajv-formats';
import { CORE_SCHEMA, load } from 'js-yaml';

export class Contract {
  #web;
  #fetch;
  #document;
  #url;
  #ajv;
  #validators = new Map();
  #explanations;
  /** How many responses and messages were compared. */
  checked = { responses: 0, messages: 0, problems: 0 };
  violations = [];

  static async load(web) {
    const contract = new Contract();
    contract.#web = web;
    contract.#fetch = fetch;
    contract.#url = `${web}/api-docs/openapi.yaml`;
    contract.#document = load(await (await fetch(contract.#url)).text(), { schema: CORE_SCHEMA });
    contract.#explanations = await (await fetch(`${web}/api-docs/errors.html`)).text();
    const loadSchema = async (url) => ({ ...(await (await fetch(url)).json()), $id: url });
    contract.#ajv = new Ajv2020({ strict: false, allErrors: true, loadSchema });
    addFormats.default(contract.#ajv);
    contract.#ajv.addSchema(contract.#document, contract.#url, undefined, false);
    return contract;
  }

  /** A `fetch` that compares each response of web-server. */
  get fetch() {
    return async (input, init = {}) => {
      const response = await this.#fetch(input, init);
      if (String(input).startsWith(`${this.#web}/`)) {
        await this.#checkResponse(init.method ?? 'GET', new URL(input).pathname, response.clone());
      }
      return response;
    };
  }

  /** A message over STOMP. */
  async checkMessage({ type, data }) {
    this.checked.messages++;
    await this.#check(type, `${this.#web}/api-docs/schemas/${type}.json`, { type, data });
  }

  async checkWebhook(body) {
    this.checked.messages++;
    await this.#check(`webhook ${body.type}`, `${this.#web}/api-docs/schemas/webhook.json`, body);
  }

  async #checkResponse(method, path, response) {
    this.checked.responses++;
    const what = `${method} ${path} ${response.status}`;
    const template = Object.keys(this.#document.paths).find((each) => asPattern(each).test(path));
    const operation = this.#document.paths[template]?.[method.toLowerCase()];
    const pointer = this.#follow(['paths', template, method.toLowerCase(), 'responses', String(response.status)]);
    const expected = operation && this.#at(pointer);
    if (!expected) return this.violations.push(`${what} is not in openapi.yaml`);
    for (const [name, header] of Object.entries(expected.headers ?? {})) {
      const required = this.#at(this.#follow(['components', 'headers', header.$ref?.split('/').at(-1)]))?.required ?? header.required;
      if (required && !response.headers.has(name)) this.violations.push(`${what} has no ${name}`);
    }
    const type = response.headers.get('Content-Type')?.split(';')[0];
    if (!(type in (expected.content ?? {}))) return this.violations.push(`${what} has the type ${type}`);
    if (!type.endsWith('json')) return undefined;
    const body = await response.json();
    if (type === 'application/problem+json') this.#checkExplained(what, body);
    return this.#check(what, `${this.#url}#${asFragment([...pointer, 'content', type, 'schema'])}`, body);
  }

  /** `type` leads to a section of the page of errors. */
  #checkExplained(what, { type }) {
    this.checked.problems++;
    const { pathname, hash } = new URL(type, this.#web);
    if (pathname !== '/api-docs/errors.html' || !this.#explanations.includes(`id="${hash.slice(1)}"`)) {
      this.violations.push(`${what}: ${type} leads nowhere`);
    }
  }

  async #check(what, schema, value) {
    if (!this.#validators.has(schema)) this.#validators.set(schema, this.#ajv.compileAsync({ $ref: schema }));
    const validate = await this.#validators.get(schema);
    if (!validate(value)) this.violations.push(`${what}: ${this.#ajv.errorsText(validate.errors)}`);
  }

  #at(pointer) {
    return pointer.reduce((value, key) => value?.[key], this.#document);
  }

  /** The pointer, or where its `$ref` leads. */
  #follow(pointer) {
    const reference = this.#at(pointer)?.$ref;
    return reference?.startsWith('#/') ? reference.slice(2).split('/') : pointer;
  }
}

function asPattern(template) {
  return new RegExp(`^${template.replace(/\{\w+\}/g, '[^/]+').replaceAll('.', '\\.')}$`);
}

function asFragment(pointer) {
  return pointer.map((key) => `/${encodeURIComponent(key.replaceAll('~', '~0').replaceAll('/', '~1'))}`).join('');
}
