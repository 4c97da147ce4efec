// What ties a control to its label and to what is said about it.

/** The attributes that a field gives to its control. */
export interface Tied {
  id: string;
  "aria-describedby": string | undefined;
  "aria-invalid": true | undefined;
}
