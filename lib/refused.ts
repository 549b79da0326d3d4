// What a person wrote cannot be deployed: a message for that person, without a stack. It must never stand for a fault of ours.

export class Refused extends Error {
  override readonly name: string = 'Refused';
}
